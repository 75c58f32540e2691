-- Statements and types that SQLite and PostgreSQL both understand, so that either can hold the store.
-- A resource is kept as the document shows it (body) beside the columns it is found and filtered by.

-- The next number of each table. Numbers are handed out inside the writing transaction, so that a lower
-- number never becomes visible after a higher one: that is what keeps cursors right while rows are added.
CREATE TABLE sequences (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE entities (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE customers (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    entity_id TEXT NOT NULL REFERENCES entities (id),
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX customers_by_org ON customers (org, seq);

CREATE TABLE onboardings (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX onboardings_by_org ON onboardings (org, seq);
CREATE INDEX onboardings_by_customer ON onboardings (customer_id);

CREATE TABLE accounts (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX accounts_by_org ON accounts (org, seq);

-- Amounts in minor units of the account's one currency or asset.
CREATE TABLE balances (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    currency TEXT NOT NULL,
    available BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    held BIGINT NOT NULL
);

CREATE TABLE account_numbers (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX account_numbers_by_account ON account_numbers (account_id, seq);

CREATE TABLE blockchain_addresses (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX blockchain_addresses_by_account ON blockchain_addresses (account_id, seq);

CREATE TABLE transactions (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX transactions_by_org ON transactions (org, seq);
CREATE INDEX transactions_by_account ON transactions (account_id, seq);

CREATE TABLE events (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX events_by_org ON events (org, seq);

-- The signing secret stays out of the body: the document shows it once, when it is made.
CREATE TABLE webhook_subscriptions (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    org TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX webhook_subscriptions_by_org ON webhook_subscriptions (org, seq);

CREATE TABLE webhook_secrets (
    subscription_id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_expires_at BIGINT
);

-- The queue of deliveries; it survives the process, like everything acknowledged.
CREATE TABLE webhook_deliveries (
    event_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (event_id, subscription_id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, due_at);

-- What the system will do by itself: steps of reviews and of onboardings.
CREATE TABLE tasks (
    subject_id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL,
    step TEXT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX tasks_due ON tasks (due_at);

CREATE TABLE idempotency_keys (
    credential TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (credential, idempotency_key)
);
