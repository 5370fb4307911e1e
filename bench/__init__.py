"""The measurements, `make bench`: what the site weighs, how fast it answers and starts, each beside
its budget.
"""
