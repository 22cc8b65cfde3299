"""The cheapest one-to-one assignment (Hungarian algorithm, by shortest augmenting paths)."""

from math import inf


def cheapest(cost: list[list[float]]) -> list[int]:
    """Costs of rows and at least as many columns -> the column of each row, no column twice."""
    size = len(cost[0]) if cost else 0
    row_price, price, row_of = [0.0] * len(cost), [0.0] * size, [-1] * size
    for start in range(len(cost)):
        distance, before, done = [inf] * size, [-1] * size, []
        row, column, length = start, -1, 0.0
        while row >= 0:  # over columns that are taken, until one is free
            others = [other for other in range(size) if other not in done]
            for other in others:
                step = length + cost[row][other] - row_price[row] - price[other]
                if step < distance[other]:
                    distance[other], before[other] = step, column
            column = min(others, key=distance.__getitem__)
            done.append(column)
            length, row = distance[column], row_of[column]
        row_price[start] += length
        for other in done[:-1]:
            row_price[row_of[other]] += length - distance[other]
            price[other] -= length - distance[other]
        while column >= 0:  # each row on the path takes the next column
            row_of[column] = row_of[before[column]] if before[column] >= 0 else start
            column = before[column]
    return [row_of.index(row) for row in range(len(cost))]
