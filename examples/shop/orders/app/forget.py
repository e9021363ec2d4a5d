"""Forgets who bought what, once nobody needs to know."""

import argparse
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import Order, engine

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--older-than-days", type=int, required=True)
before = datetime.now(UTC) - timedelta(days=parser.parse_args().older_than_days)

with Session(engine) as session:
    gone = session.execute(update(Order).where(Order.created_at < before, Order.email != "").values(email=""))
    session.commit()
    print(f"forgot {gone.rowcount} mail addresses")
