"""The cheapest one-to-one assignment (Hungarian algorithm, by shortest augmenting paths)."""

from math import inf


def cheapest(cost: list[list[float]]) -> list[int]:
    """Costs of rows and at least as many columns -> the column of each row, no column twice."""
    columns = len(cost[0]) if cost else 0
    assert len(cost) <= columns or not cost, f"{len(cost)} objects for {columns} predictions"
    row_price, price = [0.0] * len(cost), [0.0] * columns
    row_of = [-1] * columns
    for start in range(len(cost)):
        # From row to row over columns that are taken, until one is free: Dijkstra on reduced costs.
        distance, before, done = [inf] * columns, [-1] * columns, [False] * columns
        row, column, length = start, -1, 0.0
        while row >= 0:
            for other in range(columns):
                step = length + cost[row][other] - row_price[row] - price[other]
                if not done[other] and step < distance[other]:
                    distance[other], before[other] = step, column
            column = min((c for c in range(columns) if not done[c]), key=distance.__getitem__)
            done[column], length, row = True, distance[column], row_of[column]
        row_price[start] += length
        for other in range(columns):
            if done[other] and other != column:
                row_price[row_of[other]] += length - distance[other]
                price[other] -= length - distance[other]
        while column >= 0:  # hand each row on the path to the next column
            previous = before[column]
            row_of[column] = row_of[previous] if previous >= 0 else start
            column = previous
    return [row_of.index(row) for row in range(len(cost))]
