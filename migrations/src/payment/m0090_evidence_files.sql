-- Files of evidence are kept outside the database, under the hash of their content; rows name them. What is in the
-- table stays there. An earlier release beside this one does not find the files of new rows.
ALTER TABLE dispute_evidence
    ADD COLUMN file_key text CHECK (file_key ~ '^[0-9a-f]{64}\.(pdf|jpg|png)$'),
    -- A text, a file, or both; and a file in one place.
    DROP CONSTRAINT dispute_evidence_check1,
    DROP CONSTRAINT dispute_evidence_check2,
    ADD CONSTRAINT dispute_evidence_something CHECK (text IS NOT NULL OR file_name IS NOT NULL) NOT VALID,
    ADD CONSTRAINT dispute_evidence_whole CHECK (
        num_nulls(file_size, file_name, file_type) IN (0, 3)
        AND num_nonnulls(file, file_key) = num_nonnulls(file_name)) NOT VALID;
