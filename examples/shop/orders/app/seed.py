"""Some orders to look at."""

from sqlalchemy.orm import Session

from app.db import Order, engine

with Session(engine) as session:
    for number, product in enumerate(["assam", "sencha", "darjeeling", "rooibos"]):
        session.add(Order(email=f"customer{number}@example.org", product=product, price=990))
    session.commit()
    print("four orders")
