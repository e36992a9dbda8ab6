"""The laws that can be read off the tables."""

from exam import tables


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        f"{table.name}: {constraint}"
        for table in tables.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


def test_nothing_is_deleted_in_cascade() -> None:
    cascading = [
        f"{table.name}.{key.parent.name}"
        for table in tables.metadata.tables.values()
        for key in table.foreign_keys
        if key.ondelete is not None
    ]
    assert cascading == []


def test_every_foreign_key_is_indexed() -> None:
    """A key that no index begins with makes every deletion check and join a scan."""
    bare = []
    for table in tables.metadata.tables.values():
        leading = {next(iter(index.columns)).name for index in table.indexes}
        leading |= {
            next(iter(c.columns)).name
            for c in table.constraints
            if type(c).__name__ in {"UniqueConstraint", "PrimaryKeyConstraint"} and list(c.columns)
        }
        leading |= {column.name for column in table.columns if column.unique}
        bare += [f"{table.name}.{key.parent.name}" for key in table.foreign_keys if key.parent.name not in leading]
    assert bare == []
