"""Orders: what was bought, by whom, and whether it is paid."""

import json
import os

import httpx
import redis
from fastapi import Depends, FastAPI, HTTPException
from prometheus_fastapi_instrumentator import Instrumentator
from pydantic import BaseModel, EmailStr
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.db import Order, get_session

app = FastAPI(title="Orders", docs_url=None, redoc_url=None, openapi_url=None)
queue = redis.Redis.from_url(os.environ["QUEUE_URL"])
catalog = httpx.Client(base_url=os.environ["CATALOG_URL"], timeout=5)

Instrumentator(should_group_status_codes=False, excluded_handlers=["/healthz", "/metrics"]).instrument(app).expose(app)


class NewOrder(BaseModel):
    email: EmailStr
    product: str


class OrderOut(BaseModel):
    id: int
    email: str
    product: str
    price: int
    state: str


class Paid(BaseModel):
    order: int


@app.get("/healthz")
def healthz(session: Session = Depends(get_session)) -> str:
    session.execute(text("SELECT 1"))
    return "ok"


@app.get("/api/orders/")
def list_orders(session: Session = Depends(get_session)) -> list[OrderOut]:
    orders = session.scalars(select(Order).order_by(Order.id.desc()).limit(100))
    return [OrderOut.model_validate(order, from_attributes=True) for order in orders]


@app.post("/api/orders/", status_code=201)
def add_order(new: NewOrder, session: Session = Depends(get_session)) -> OrderOut:
    answer = catalog.get(f"/products/{new.product}")
    if answer.status_code == 404:
        raise HTTPException(422, "there is no such product")
    answer.raise_for_status()
    order = Order(email=new.email, product=new.product, price=answer.json()["price"])
    session.add(order)
    session.commit()
    return OrderOut.model_validate(order, from_attributes=True)


# No route of a gateway leads here: only our own services can reach it.
@app.post("/internal/paid", status_code=204)
def paid(told: Paid, session: Session = Depends(get_session)) -> None:
    order = session.get(Order, told.order)
    if order is None:
        raise HTTPException(404, "there is no such order")
    if order.state == "open":
        order.state = "paid"
        session.commit()
        mail = {"to": order.email, "subject": f"Your order {order.id}", "text": "Thank you. Your tea is on its way."}
        queue.lpush("mails", json.dumps(mail))
