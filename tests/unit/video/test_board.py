"""The begin of a row is what the whole row says."""

from app.video.board import BYTES, ROW, Head, begin_of, head, read, rows


def test_the_head_of_a_row_is_the_rows_own() -> None:
    board = rows(bytearray(BYTES))
    begin = begin_of(board, 3)
    for number, values in ((3, (2**40, 316, 178, 1280, 1)), (4, (7, 1, 2, 3, 4))):
        for name, value in zip(Head._fields, values, strict=True):
            board[number][name] = value
    assert ROW.names is not None
    assert ROW.names[: len(Head._fields)] == Head._fields
    assert head(begin) == Head(2**40, 316, 178, 1280, 1) == read(board[3])[: len(Head._fields)]
    board[3]["seq"] += 1
    assert head(begin).seq == 2**40 + 1  # it is looked at anew each time
