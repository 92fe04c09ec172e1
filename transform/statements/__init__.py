"""Budget statements: the statutory tables of a department's budget (部门预算) and final account (部门决算).

declared → which statements there are and what their headers may say; tables → titled tables of a document; header →
what each column is; outline → which line is part of which; lines → facts and stated totals of one table; identities →
totals that one place states about another (勾稽); narrative → totals that the prose states.
"""
