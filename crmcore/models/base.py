"""What all models share. The SQL steps in sql/schema make the tables; a test proves that models and tables agree."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Integer, LargeBinary, Numeric, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Money = Annotated[Decimal, mapped_column(Numeric(14, 2))]
Sum = Annotated[Decimal, mapped_column(Numeric(18, 2), server_default=text("0"))]
Quantity = Annotated[Decimal, mapped_column(Numeric(14, 3))]
Count = Annotated[int, mapped_column(Integer, server_default=text("0"))]
Small = Annotated[int, mapped_column(SmallInteger)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Stamp = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=text("now()"))]
Flag = Annotated[bool, mapped_column(server_default=text("false"))]
Document = Annotated[dict[str, Any], mapped_column(JSONB, server_default=text("'{}'"))]
ShopKey = Annotated[UUID, mapped_column(primary_key=True)]
Key = Annotated[UUID, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        bytes: LargeBinary,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        datetime: DateTime(timezone=True),
    }


class Stamped:
    """Who made a row and who changed it last, and when (SEC10)."""

    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]
    updated_at: Mapped[Stamp]
    updated_by: Mapped[UUID | None]
