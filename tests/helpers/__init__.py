"""Parts that tests share: real servers, the real program."""
