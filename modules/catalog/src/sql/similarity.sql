-- From which share of common trigrams on names are alike in this transaction: $1.
SELECT set_config('pg_trgm.word_similarity_threshold', $1, true)
