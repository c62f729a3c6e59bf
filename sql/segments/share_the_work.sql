-- Every process of the server looks through its part of the customers and hashes the few others by itself. With a hash
-- they share, one process alone gives out all who are in none of the other tables.
set local enable_parallel_hash = off
