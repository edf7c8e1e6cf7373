def run(hours: float, outputs: list[str]) -> int:
    return 0
