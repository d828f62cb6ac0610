package io.pgproxy.readonly.corpus;

import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;

/** A schema with a bit of everything that clients ask catalogues about. */
final class Shop {
    private Shop() {}

    static void in(TestDatabase database) throws SQLException {
        database.execute("""
                CREATE SCHEMA shop;
                CREATE TYPE shop.state AS ENUM ('new', 'paid', 'sent');
                CREATE TYPE shop.size AS (width int, height int);
                CREATE DOMAIN shop.cents AS bigint CHECK (VALUE >= 0);
                CREATE TABLE shop.customers (id int PRIMARY KEY, name text NOT NULL, born date, notes jsonb);
                CREATE TABLE shop.orders (
                    id serial PRIMARY KEY,
                    customer int NOT NULL REFERENCES shop.customers ON DELETE CASCADE,
                    state shop.state NOT NULL DEFAULT 'new',
                    price shop.cents,
                    box shop.size,
                    double_price bigint GENERATED ALWAYS AS (price * 2) STORED,
                    UNIQUE (customer, state));
                COMMENT ON TABLE shop.orders IS 'what customers want';
                COMMENT ON COLUMN shop.orders.price IS 'in cents';
                CREATE INDEX orders_by_price ON shop.orders (price DESC NULLS LAST) WHERE state <> 'sent';
                CREATE VIEW shop.open_orders AS SELECT id, customer, price FROM shop.orders WHERE state <> 'sent';
                CREATE MATERIALIZED VIEW shop.totals AS SELECT customer, sum(price) FROM shop.orders GROUP BY 1;
                CREATE SEQUENCE shop.numbers START 7;
                CREATE FUNCTION shop.total(who int) RETURNS numeric LANGUAGE sql STABLE
                    AS 'SELECT sum(price) FROM shop.orders WHERE customer = who';
                CREATE FUNCTION shop.orders_of(who int, OUT id int, OUT price bigint) RETURNS SETOF record LANGUAGE sql
                    AS 'SELECT id, price FROM shop.orders WHERE customer = who';
                CREATE PROCEDURE shop.clear(who int) LANGUAGE sql AS 'DELETE FROM shop.orders WHERE customer = who';
                CREATE TABLE shop.days (day date NOT NULL, n int) PARTITION BY RANGE (day);
                CREATE TABLE shop.days_2024 PARTITION OF shop.days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                INSERT INTO shop.customers SELECT i, 'customer ' || i, date '1970-01-01' + i, '{"a": 1}'
                    FROM generate_series(1, 40) i;
                INSERT INTO shop.orders (customer, state, price)
                    SELECT i, (ARRAY['new', 'paid', 'sent'])[1 + i % 3]::shop.state, i * 100 FROM generate_series(1, 40) i;
                GRANT SELECT ON shop.orders TO PUBLIC;
                GRANT UPDATE (price) ON shop.orders TO PUBLIC;
                """);
    }
}
