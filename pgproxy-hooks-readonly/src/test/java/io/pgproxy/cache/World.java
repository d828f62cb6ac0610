package io.pgproxy.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The tables that many clients read and write at once, and what is known of each row: its {@link Ledger}. */
final class World {
    /** Which rows change with another: by a trigger and by a foreign key. */
    private static final Map<String, List<String>> FOLLOWERS =
            Map.of("noted", List.of("audit"), "key", List.of("child"));

    static final String TABLES = """
            DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
            DROP SCHEMA IF EXISTS s1 CASCADE; CREATE SCHEMA s1;
            DROP SCHEMA IF EXISTS s2 CASCADE; CREATE SCHEMA s2;
            CREATE TABLE plain (id int PRIMARY KEY, slot text, v bigint, tag text, at timestamptz);
            INSERT INTO plain VALUES (1, 'plain', 1, 'first', '2026-01-01 12:00:00Z');
            CREATE TABLE noted (LIKE plain INCLUDING ALL);
            INSERT INTO noted VALUES (1, 'noted', 1, 'first', '2026-01-01 12:00:00Z');
            CREATE TABLE audit (id int PRIMARY KEY, slot text, v bigint, tag text);
            INSERT INTO audit VALUES (1, 'audit', 1, 'first');
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN UPDATE public.audit SET v = NEW.v, tag = NEW.tag; RETURN NEW; END$$;
            CREATE TRIGGER note AFTER INSERT OR UPDATE ON noted FOR EACH ROW EXECUTE FUNCTION note();
            CREATE TABLE part (id int, slot text, v bigint, tag text, PRIMARY KEY (id)) PARTITION BY LIST (id);
            CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
            CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2);
            INSERT INTO part VALUES (1, 'part', 1, 'first');
            CREATE TABLE base (id int, slot text, v bigint, tag text);
            CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (base);
            INSERT INTO heir VALUES (1, 'heir', 1, 'first');
            CREATE TABLE key (id int PRIMARY KEY, slot text, v bigint UNIQUE, tag text);
            INSERT INTO key VALUES (1, 'key', 1, 'first');
            CREATE TABLE child (slot text, v bigint REFERENCES key (v) ON UPDATE CASCADE);
            INSERT INTO child VALUES ('child', 1);
            CREATE TABLE s1.same (id int PRIMARY KEY, slot text, v bigint, tag text);
            INSERT INTO s1.same VALUES (1, 's1', 1, 'first');
            CREATE TABLE s2.same (id int PRIMARY KEY, slot text, v bigint, tag text);
            INSERT INTO s2.same VALUES (1, 's2', 1, 'first');
            CREATE TABLE secret (id int PRIMARY KEY, slot text, v bigint, tag text, owner name);
            INSERT INTO secret VALUES (1, 'alice', 1, 'first', 'alice'), (2, 'bob', 1, 'first', 'bob');
            ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON secret USING (owner = current_user);
            CREATE TABLE cleared (id int PRIMARY KEY, slot text, v bigint, tag text);
            INSERT INTO cleared VALUES (1, 'cleared', 1, 'first');
            CREATE TABLE remade (id int PRIMARY KEY, slot text, v bigint, tag text);
            INSERT INTO remade VALUES (1, 'remade', 1, 'first');
            CREATE VIEW inner_view AS SELECT id, slot, v, tag FROM plain;
            CREATE VIEW outer_view AS SELECT slot, v, tag FROM inner_view UNION ALL SELECT slot, v, tag FROM part;
            CREATE VIEW switched AS SELECT slot, v, tag, '0'::text AS generation FROM plain;
            CREATE VIEW ruled AS SELECT id, v, tag FROM heir;
            -- Not NEW.v: that is of the statement's snapshot, also when it has waited for others who raised the version.
            CREATE RULE onto AS ON UPDATE TO ruled DO INSTEAD
                UPDATE base SET v = base.v + 1, tag = NEW.tag WHERE id = OLD.id RETURNING base.id, base.v, base.tag;
            CREATE MATERIALIZED VIEW stored AS SELECT 'stored' AS slot, v, tag FROM plain;
            CREATE FUNCTION raise(which regclass, place int, by text) RETURNS bigint LANGUAGE plpgsql AS
                $$DECLARE made bigint;
                BEGIN
                    EXECUTE format('UPDATE %s SET v = v + 1, tag = $1 WHERE id = $2 RETURNING v', which)
                        INTO made USING by, place;
                    RETURN made;
                END$$;
            CREATE PROCEDURE raising(which regclass, place int, by text, INOUT made bigint) LANGUAGE plpgsql AS
                $$BEGIN made := public.raise(which, place, by); END$$;
            GRANT USAGE ON SCHEMA public, s1, s2 TO PUBLIC;
            GRANT ALL ON ALL TABLES IN SCHEMA public, s1, s2 TO PUBLIC;
            """;

    static final String ROLES = """
            DO $$BEGIN
                CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN;
            EXCEPTION WHEN duplicate_object THEN NULL; END$$;
            """;

    private final Map<String, Ledger> ledgers = new LinkedHashMap<>();
    private final AtomicLong tags = new AtomicLong();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    /** Which definition the view {@code switched} has: odd ones read {@code part}, others {@code plain}. */
    final AtomicLong generation = new AtomicLong();

    final AtomicLong generationFloor = new AtomicLong();

    /** How many answers were compared. */
    final AtomicLong checked = new AtomicLong();

    World() {
        for (Target target : Target.ALL) {
            ledgers.put(target.slot(), new Ledger());
        }
        for (String derived : List.of("audit", "child", "stored")) {
            ledgers.put(derived, new Ledger());
        }
    }

    Ledger ledger(String slot) {
        return ledgers.get(slot);
    }

    String newTag() {
        return "t" + tags.incrementAndGet();
    }

    /** What makes a row's new version visible is about to be sent. */
    void mayCommit(String slot, String tag) {
        ledger(slot).mayCommit(tag);
        followers(slot).forEach(each -> ledger(each).mayCommit(tag));
        if (slot.equals("plain")) {
            ledger("stored").mayCommit(tag);
        }
    }

    /** It is there. */
    void committed(String slot, long version) {
        ledger(slot).committed(version);
        followers(slot).forEach(each -> ledger(each).committed(version));
    }

    /** {@return the rows that get another's version with it} */
    static List<String> followers(String slot) {
        return FOLLOWERS.getOrDefault(slot, List.of());
    }

    /** The versions below which nothing may be read that is asked for from now on. */
    Map<String, Long> floors() {
        Map<String, Long> floors = new LinkedHashMap<>();
        ledgers.forEach((slot, ledger) -> floors.put(slot, ledger.floor()));
        return floors;
    }

    /**
     * Compares a row with what its writers know. What anybody was shown is committed: whoever asks from now on sees it,
     * too, or what came later. So it is known of writes whose writers have had no answer.
     */
    void check(Row row, Map<String, Long> floors, long until, String how) {
        checked.incrementAndGet();
        long floor = floors.getOrDefault(row.slot(), Long.MAX_VALUE);
        if (row.version() < floor) {
            fault("superseded: " + row + " is older than " + floor + "; " + how);
        } else if (!row.tag().isEmpty() && !ledger(row.slot()).mayBeThere(row.tag(), until)) {
            fault("never committed: " + row + "; " + how);
        } else {
            committed(row.slot(), row.version());
        }
    }

    /** Compares a row with what the reader has written and not committed: nobody else can write there meanwhile. */
    void checkOwn(Row row, long version, String how) {
        checked.incrementAndGet();
        if (row.version() != version) {
            fault("not its own: " + row + " instead of " + version + "; " + how);
        }
    }

    void fault(String what) {
        faults.add(what);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }
}
