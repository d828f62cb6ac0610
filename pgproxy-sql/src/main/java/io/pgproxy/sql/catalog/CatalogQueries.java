package io.pgproxy.sql.catalog;

/**
 * What is asked of a server; each runs on PostgreSQL 14 to 18 with {@code search_path = pg_catalog, pg_temp}. What
 * initdb made has OIDs below 16384.
 */
final class CatalogQueries {
    /** The names of these schemas cannot be chosen by users: {@code pg_} is reserved. */
    private static final String READ_SCHEMAS = "n.nspname !~ '^pg_(toast|temp)'";

    private static final String READ_RELATIONS =
            "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND " + READ_SCHEMAS;

    /** Of a schema: its name, and whether everybody may use it. */
    static final String SCHEMAS = """
            SELECT n.nspname, pg_catalog.has_schema_privilege('public', n.oid, 'USAGE')
            FROM pg_catalog.pg_namespace n
            WHERE\s""" + READ_SCHEMAS;

    /** Views and materialized views have one rule of their own, {@code _RETURN} of event 1. */
    static final String RELATIONS = """
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
                   c.relhasrules AND EXISTS (SELECT FROM pg_catalog.pg_rewrite r
                                             WHERE r.ev_class = c.oid AND r.ev_type <> '1')
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE\s""" + READ_RELATIONS;

    static final String COLUMNS = """
            SELECT a.attrelid, a.attname, a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid,
                   a.attnotnull, a.attgenerated <> ''
            FROM pg_catalog.pg_attribute a
                 JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attnum > 0 AND NOT a.attisdropped AND\s""" + READ_RELATIONS + """

            ORDER BY a.attrelid, a.attnum
            """;

    static final String TRIGGERS = """
            SELECT t.tgrelid, t.tgname
            FROM pg_catalog.pg_trigger t
            WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
            ORDER BY t.tgrelid, t.tgname
            """;

    static final String INHERITANCE = """
            SELECT i.inhrelid, i.inhparent
            FROM pg_catalog.pg_inherits i
            WHERE NOT i.inhdetachpending
            ORDER BY i.inhparent, i.inhrelid, i.inhseqno
            """;

    static final String VIEW_DEPENDENCIES = """
            SELECT DISTINCT r.ev_class, d.refobjid
            FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
            WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND r.ev_type = '1'
            """;

    /** What an expression's tree refers to. Its fields have had these names in all versions. */
    private static final String FIELDS = "':(relid|funcid|opfuncid|aggfnoid|winfnoid) ([1-9][0-9]*)', 'g'";

    /** The views that initdb made, and the others. */
    private static final String OF_THE_SYSTEM = "r.ev_type = '1' AND r.ev_class < 16384";

    private static final String OF_USERS = "r.ev_type = '1' AND r.ev_class >= 16384";

    /** One text that is another if any rule of the views that initdb made is. */
    static final String SYSTEM_VIEWS = """
            SELECT pg_catalog.string_agg(
                       r.ev_class || ' ' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                           r.ev_action::pg_catalog.text, pg_catalog.getdatabaseencoding())), 'base64'),
                       ' ' ORDER BY r.ev_class)
            FROM pg_catalog.pg_rewrite r
            WHERE\s""" + OF_THE_SYSTEM;

    /** Dependencies on what initdb made are not recorded: the rule's tree has them too. */
    private static final String NODES = """
            SELECT DISTINCT r.ev_class, m.field[2]::pg_catalog.oid, m.field[1]
            FROM pg_catalog.pg_rewrite r,
                 pg_catalog.regexp_matches(r.ev_action::pg_catalog.text, %s) AS m(field)
            WHERE\s""".formatted(FIELDS);

    static final String SYSTEM_VIEW_NODES = NODES + OF_THE_SYSTEM;

    static final String VIEW_NODES = NODES + OF_USERS;

    /** The policies that hold for SELECT. */
    static final String POLICY_NODES = """
            SELECT DISTINCT p.polrelid, m.field[2]::pg_catalog.oid, m.field[1]
            FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid,
                 pg_catalog.regexp_matches(p.polqual::pg_catalog.text, %s) AS m(field)
            WHERE c.relrowsecurity AND p.polcmd IN ('*', 'r')
            """.formatted(FIELDS);

    /**
     * What makes a query give other rows by itself and is no function. The nodes: the forms of the grammar that show
     * the time (0 to 8, CURRENT_DATE to LOCALTIMESTAMP) or what schemas there are (14, CURRENT_SCHEMA), samples, row
     * locks, and ctid, xmin, cmin, xmax and cmax.
     */
    private static final String VARYING_NODES =
            "'\\{SQLVALUEFUNCTION :op ([0-8]|14) |\\{TABLESAMPLECLAUSE |\\{ROWMARKCLAUSE |:varattno -[1-5] '";

    /** A cast by input function to a time with a zone, whose offset may be that of today. */
    private static final String TO_ZONED_TIME = "':resulttype 1266 '";

    private static final String TO_TIME = "':resulttype (1082|1083|1114|1184) '";

    /** The bytes of now, today, tomor… and yester… in a constant, whatever the case. */
    private static final String TIME_WORDS = "' (110|78) (111|79) (119|87) "
            + "| (116|84) (111|79) (100|68) (97|65) (121|89) "
            + "| (116|84) (111|79) (109|77) (111|79) (114|82) "
            + "| (121|89) (101|69) (115|83) (116|84) (101|69) (114|82) '";

    private static final String VARIES = "WHERE q.tree ~ %s OR q.tree ~ %s OR (q.tree ~ %s AND q.tree ~ %s)"
            .formatted(VARYING_NODES, TO_ZONED_TIME, TO_TIME, TIME_WORDS);

    static final String SYSTEM_VARYING_VIEWS = varying(OF_THE_SYSTEM);

    /** Views and policies as in {@link #VIEW_NODES} and {@link #POLICY_NODES}. */
    static final String VARYING = varying(OF_USERS) + """

            UNION ALL
            SELECT q.relation
            FROM (SELECT p.polrelid, p.polqual::pg_catalog.text
                  FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
                  WHERE c.relrowsecurity AND p.polcmd IN ('*', 'r')) AS q(relation, tree)
            """ + VARIES;

    private static String varying(String which) {
        return """
            SELECT q.relation
            FROM (SELECT r.ev_class, r.ev_action::pg_catalog.text
                  FROM pg_catalog.pg_rewrite r WHERE %s) AS q(relation, tree)
            """.formatted(which) + VARIES;
    }

    static final String FOREIGN_KEYS = """
            SELECT DISTINCT c.confrelid, c.conrelid, c.confdeltype IN ('c', 'n', 'd'), c.confupdtype IN ('c', 'n', 'd')
            FROM pg_catalog.pg_constraint c
            WHERE c.contype = 'f'
            """;

    /** The functions that defaults call, generated columns included; dependencies on what initdb made are not kept. */
    static final String DEFAULT_CALLS = """
            SELECT DISTINCT a.adrelid, CASE WHEN o.oid IS NULL THEN d.refobjid ELSE o.oprcode::pg_catalog.oid END
            FROM pg_catalog.pg_depend d
                 JOIN pg_catalog.pg_attrdef a ON a.oid = d.objid
                 LEFT JOIN pg_catalog.pg_operator o
                      ON d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND o.oid = d.refobjid
            WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
              AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)
            """;

    static final String EVENT_TRIGGERS =
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_event_trigger e WHERE e.evtenabled <> 'D')";

    static final String DOMAIN_NODES = """
            SELECT DISTINCT m.field[2]::pg_catalog.oid
            FROM pg_catalog.pg_constraint c,
                 pg_catalog.regexp_matches(c.conbin::pg_catalog.text, %s) AS m(field)
            WHERE c.contypid <> 0 AND c.oid >= 16384 AND m.field[1] <> 'relid'
            """.formatted(FIELDS);

    static final String ROUTINES = """
            SELECT p.oid, n.nspname, p.proname, p.prokind, p.provolatile, p.prosecdef, l.lanname, l.lanpltrusted,
                   e.objid IS NOT NULL, p.pronargs, p.pronargdefaults, p.provariadic <> 0, p.proretset
            FROM pg_catalog.pg_proc p
                 JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                 JOIN pg_catalog.pg_language l ON l.oid = p.prolang
                 LEFT JOIN pg_catalog.pg_depend e ON e.objid = p.oid AND e.deptype = 'e'
                      AND e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                      AND e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
            WHERE\s""" + READ_SCHEMAS;

    static final String AGGREGATE_PARTS = """
            SELECT a.aggfnoid::pg_catalog.oid, f.oid
            FROM pg_catalog.pg_aggregate a, pg_catalog.unnest(ARRAY[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn,
                     a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn]::pg_catalog.oid[]) AS f(oid)
            WHERE f.oid <> 0 AND a.aggfnoid::pg_catalog.oid >= 16384
            """;

    static final String OPERATORS = """
            SELECT n.nspname, o.oprname, o.oprcode::pg_catalog.oid
            FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
            WHERE o.oid >= 16384
            """;

    static final String CASTS = """
            SELECT pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL),
                   c.castcontext = 'i', c.castfunc
            FROM pg_catalog.pg_cast c
            WHERE c.oid >= 16384 AND c.castfunc <> 0
            """;

    /** Asked before there is a search_path to rely on: everything is qualified. */
    static final String SERVER_SETTINGS = """
            SELECT s.name, s.reset_val, s.source
            FROM pg_catalog.pg_show_all_settings() s
            WHERE s.name OPERATOR(pg_catalog.=) 'search_path'
               OR s.name OPERATOR(pg_catalog.=) 'default_transaction_isolation'
            """;

    /** What ALTER ROLE and ALTER DATABASE have set: for which role, whether in this database alone. */
    static final String ROLE_SETTINGS = """
            SELECT r.rolname, s.setdatabase <> 0, c.assignment
            FROM pg_catalog.pg_db_role_setting s
                 LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
                 pg_catalog.unnest(s.setconfig) AS c(assignment)
            WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d
                                        WHERE d.datname = pg_catalog.current_database()))
              AND c.assignment ~ '^(search_path|default_transaction_isolation)='
            """;

    private CatalogQueries() {}
}
