-- A small shop. All is computed from the row's number, so that each start gives the same rows.

CREATE TABLE customers (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    email      text NOT NULL UNIQUE,
    country    char(2) NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE products (
    id       int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name     text NOT NULL,
    category text NOT NULL,
    price    numeric(8, 2) NOT NULL CHECK (price > 0),
    in_stock int NOT NULL
);

CREATE TABLE orders (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id int NOT NULL REFERENCES customers,
    status      text NOT NULL CHECK (status IN ('new', 'paid', 'shipped', 'returned')),
    ordered_at  timestamptz NOT NULL
);

CREATE TABLE order_items (
    order_id   int NOT NULL REFERENCES orders ON DELETE CASCADE,
    line       int NOT NULL,
    product_id int NOT NULL REFERENCES products,
    quantity   int NOT NULL CHECK (quantity > 0),
    unit_price numeric(8, 2) NOT NULL,
    PRIMARY KEY (order_id, line)
);

INSERT INTO customers (name, email, country, created_at)
SELECT first || ' ' || last,
       lower(first) || '.' || lower(last) || n || '@example.com',
       (ARRAY['AT', 'DE', 'FR', 'GB', 'IT', 'JP', 'PL', 'US'])[1 + n * 5 % 8],
       timestamptz '2024-01-01 08:00:00+00' + n * interval '17 hours 13 minutes'
FROM generate_series(1, 500) AS n,
     LATERAL (SELECT (ARRAY['Ada', 'Bruno', 'Chiara', 'David', 'Emma', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas',
                            'Kenji', 'Lena', 'Mateo', 'Nora', 'Olga', 'Pavel', 'Quinn', 'Rosa', 'Sofia', 'Tom'])
                     [1 + n % 20] AS first,
                     (ARRAY['Abbott', 'Bauer', 'Conti', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Horvat', 'Ito',
                            'Jensen', 'Kowalski', 'Lopez', 'Moreau', 'Novak', 'Okafor', 'Petrov', 'Rossi', 'Silva',
                            'Tanaka', 'Weber', 'Young', 'Zhang', 'Murphy'])[1 + n % 23] AS last) AS names;

INSERT INTO products (name, category, price, in_stock)
SELECT adjective || ' ' || noun,
       (ARRAY['kitchen', 'garden', 'office', 'travel'])[1 + n % 4],
       (199 + n * 7919 % 9700) / 100.0,
       n * 31 % 140
FROM generate_series(0, 199) AS n,
     LATERAL (SELECT (ARRAY['Blue', 'Compact', 'Copper', 'Folding', 'Green', 'Heavy', 'Light', 'Oak', 'Soft',
                            'Steel'])[1 + n % 10] AS adjective,
                     (ARRAY['Basket', 'Bottle', 'Bowl', 'Brush', 'Chair', 'Clock', 'Cup', 'Desk', 'Hook', 'Knife',
                            'Lamp', 'Mat', 'Mirror', 'Pan', 'Pen', 'Pot', 'Rack', 'Shelf', 'Spade', 'Tray'])
                     [1 + n / 10] AS noun) AS names;

INSERT INTO orders (customer_id, status, ordered_at)
SELECT 1 + n * 7919 % 500,
       (ARRAY['shipped', 'shipped', 'shipped', 'paid', 'shipped', 'new', 'shipped', 'returned'])[1 + n * 3 % 8],
       timestamptz '2025-01-01 00:00:00+00' + n * interval '4 hours 23 minutes'
FROM generate_series(1, 2000) AS n;

INSERT INTO order_items (order_id, line, product_id, quantity, unit_price)
SELECT o.id, line, p.id, 1 + (o.id + line) % 3, p.price
FROM orders AS o
CROSS JOIN LATERAL generate_series(1, 1 + o.id % 4) AS line
JOIN products AS p ON p.id = 1 + (o.id * 37 + line * 61) % 200;

CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_time ON orders (ordered_at);
CREATE INDEX order_items_product ON order_items (product_id);
