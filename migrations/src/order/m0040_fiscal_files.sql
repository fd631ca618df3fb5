-- Files of fiscal documents are kept outside the database, under the hash of their content; rows name them. What is
-- in the table stays there. An earlier release beside this one does not find the files of new rows.
ALTER TABLE fiscal_documents
    ADD COLUMN file_key text CHECK (file_key ~ '^[0-9a-f]{64}\.(pdf|xml)$'),
    DROP CONSTRAINT fiscal_documents_whole,
    ADD CONSTRAINT fiscal_documents_one_file CHECK (
        num_nonnulls(file, file_key) = num_nonnulls(media_type)) NOT VALID;
