"""Budget statements: the statutory tables of a department's budget (部门预算) and final account (部门决算).

declared → which statements there are; tables → titled tables of a document; heads, economic → what a column's head may
say; header → which columns make lines; outline → which line is part of which; settling → what the figures decide where
the page does not; facts → facts and stated totals of a table's lines; reading → one table, all of this in turn;
classification → codes and names, checked against each other; identities → totals that one statement prints about
another (勾稽); narrative → totals that the prose states; doubts → what contradicts year, title or what is announced.
"""
