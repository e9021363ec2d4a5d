const rows = document.getElementById("orders");

fetch("/api/orders/")
  .then((answer) => answer.json())
  .then((orders) => {
    for (const order of orders) {
      const row = rows.insertRow();
      for (const cell of [order.id, order.email, order.product, order.state]) row.insertCell().textContent = cell;
    }
  });
