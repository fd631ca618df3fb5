-- Cards that pay in instalments: in how many, who bears the interest, and how much it is in minor units.
ALTER TABLE charges
    ADD COLUMN instalments smallint NOT NULL DEFAULT 1,
    ADD COLUMN interest_borne_by text NOT NULL DEFAULT 'merchant',
    ADD COLUMN interest bigint NOT NULL DEFAULT 0;
