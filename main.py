"""城脉 Chengmai: `python main.py` opens the desk of the demonstration city; see README.md."""

import sys

from app.cli._program import Program
from app.doctor import refuse_bad_pairs


def main() -> None:
    """Run the subcommand of the command line; without one, the windows."""
    sentence = refuse_bad_pairs()
    if sentence:
        sys.exit(sentence)
    Program(["app.cli", "widgets.cli"])(prog_name="python main.py")


if __name__ == "__main__":
    main()
