"""What was sold yesterday, as a mail to ourselves."""

import json
import os
from datetime import UTC, datetime, timedelta

import redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Order, engine

with Session(engine) as session:
    since = datetime.now(UTC) - timedelta(days=1)
    rows = session.execute(
        select(Order.product, func.count(), func.sum(Order.price))
        .where(Order.created_at >= since, Order.state == "paid")
        .group_by(Order.product)
        .order_by(Order.product)
    ).all()

lines = [f"{product}: {count} for {total / 100:.2f} {os.environ['CURRENCY']}" for product, count, total in rows]
mail = {"to": "team@shop.example", "subject": "Sold yesterday", "text": "\n".join(lines) or "Nothing."}
redis.Redis.from_url(os.environ["QUEUE_URL"]).lpush("mails", json.dumps(mail))
