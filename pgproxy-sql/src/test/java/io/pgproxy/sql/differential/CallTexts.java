package io.pgproxy.sql.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Statements full of calls, in every place where the grammar has an expression, under names that are words of the
 * grammar too; and what becomes of them when tokens are lost, doubled or added. The same ones for the same seed.
 *
 * <p>In a pattern {@code E} is an expression over the columns a, b, {@code C} one without columns, {@code F} a call
 * with one argument.
 */
final class CallTexts {
    static final List<String> NAMES = List.of(("f0 f1 f2 f3 over filter path columns rollup cube like ilike left right"
                    + " operator materialized by zone set conflict first next document content version key value"
                    + " ordinality recursive partition sets groups range rows ref escape join natural overlaps binary"
                    + " verbose similar isnull collation tablesample insert update delete merge share no passing"
                    + " placing within json_table json_value system_user absolute nothing matched source target")
            .split(" "));

    private static final String[] EXPRESSIONS = {
        "1",
        "a",
        "F",
        "F",
        "F",
        "(E)",
        "E + E",
        "- E",
        "E operator(pg_catalog.+) E",
        "operator(pg_catalog.-) E",
        "case when E > 1 then E else E end",
        "case E when E then E end",
        "coalesce(E, E)",
        "greatest(nullif(E, E), E)",
        "cast(E as int)",
        "E::numeric(10, 2)::int",
        "(array[E, E])[E]",
        "(select E)",
        "(with w(a) as (select E), v(a, b) as materialized (select E, E) select max(a) from w)",
        "(select max(a) from (values (E), (E)) y(a))",
        "array_length(array(select E), 1)",
        "(E between symmetric E and E)::int",
        "(E not between E and E)::int",
        "(E in (E, E))::int",
        "(E not in (E))::int",
        "(E is not distinct from E)::int",
        "('a' not like 'b' escape 'c')::int",
        "('a' not ilike ('b'))::int",
        "(not E > E and (E, E) = (E, E) or row(E, E) is null)::int",
        "(E = any (array[E]))::int",
        "(exists (select E))::int",
        "length(substring('abc' from E for E))",
        "length(overlay('abc' placing 'x' from E for E))",
        "length(trim(both 'a' from 'b'))",
        "extract(hour from now() at time zone ('UTC'))::int",
    };

    private static final String[] STATEMENTS = {
        "select E, E as x from T where E > E",
        "select distinct on (E) E from T",
        "select distinct E from T order by E, E limit C offset C",
        "select E from T fetch first (C) rows only",
        "select 1 from T group by C, rollup (C), cube (C, C), grouping sets ((C), rollup (C), ()) having C > C",
        "select sum(E) filter (where E > 0) over (partition by E order by E rows between 1 preceding and 2 following)"
                + " from T",
        "select E, mode() within group (order by E), E, C1, t.b by, C1 from t",
        "insert into t (a, b) select C, C group by C, rollup (C) on conflict do nothing returning E, C1, C1",
        "select 1 from t group by + C1, array[C, C1, C1], (C1, C1), cube (C)",
        "select count(*) over w from T window w as (partition by (E) order by E)",
        "with w as (select C a), v(a, b) as not materialized (select C, C), u(a) as (values (C)) select E from v",
        "with recursive r(a) as (select C union all select a + 1 from r where a < C) search depth first by a set o"
                + " select E from r",
        "(select E from T) union all (select E from T) order by 1",
        "values (C, C), (C, C)",
        "insert into t (a, b) values (C, C) on conflict (a) do update set b = C where C > 0 returning E",
        "insert into t as x (a) select E from (select 1 a) y",
        "update t set (a, b) = (E, E), c = 'x' where E > 0 returning E, E",
        "delete from t using (select 1 q) y(q) where E > 0 returning E",
        "merge into t using (select C q) s on t.a = s.q and C > 0 when matched and E > 0 then update set b = E"
                + " when not matched then insert (a, b) values (C, C)",
    };

    private static final String[] TABLES = {
        "t",
        "t x(a)",
        "t as x(a, b)",
        "only t",
        "(select C a) x",
        "(values (C, C)) x(a, b)",
        "generate_series(C, C) x(a)",
        "C1 x(a)",
        "C1 as a",
        "t cross join lateral (select E z) y",
        "t join (select C z) y on E = E",
        "t left join C1 y(z) on E > E",
        "rows from (C1, C1) with ordinality as x(a, b, o)",
        "C1 with ordinality x(a, b)",
        "t tablesample system (C) repeatable (C)",
        "t, lateral C1 y(z)",
        "xmltable('/r' passing xmlparse(content '<r/>') columns a int default C, b int path 'x' default C) x",
        "xmltable('/r' passing xmlparse(content '<r/>') columns a int \"path\" g1(C)) x",
    };

    private static final String[] PIECES = {
        "(",
        ")",
        ",",
        ".",
        "as",
        "not",
        "from",
        "on",
        "path",
        "\"path\"",
        "x",
        "a",
        "1",
        "'x'",
        "distinct",
        "operator",
        "using",
        "with",
        "group by",
        "over",
        "filter",
        "all",
        "lateral",
        "::",
        "=>",
        "+",
        "[",
        "]",
        "materialized",
        "treat(",
        "select",
        "f0(1)",
        "fn.f1(2)",
        "operator(pg_catalog.+)",
        "returning",
        "values",
        "by",
        "in",
        "is",
        "set",
        "rollup",
        "cube",
        "into",
        "only",
        "ordinality",
        "U&\"f2\"(3)",
        "/* f3( */",
        "uescape '!'",
    };

    private final Random random;

    CallTexts(long seed) {
        random = new Random(seed);
    }

    String next() {
        String text = fill(pick(STATEMENTS), 3);
        for (int changes = random.nextInt(4); changes > 1; changes--) {
            text = changed(text);
        }
        return text;
    }

    private String fill(String pattern, int depth) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean word = isLetter(pattern, i - 1) || isLetter(pattern, i + 1);
            if (word || "ECFT".indexOf(c) < 0) {
                out.append(c);
            } else if (c == 'T') {
                out.append(fill(pick(TABLES), depth));
            } else if (c == 'F') {
                out.append(call(fill("E", depth - 1)));
            } else if (c == 'C' && i + 1 < pattern.length() && pattern.charAt(i + 1) == '1') {
                out.append(call("1"));
                i++;
            } else if (c == 'C') {
                out.append(random.nextInt(3) == 0 ? "1" : call(random.nextBoolean() ? "" : call("2")));
            } else {
                out.append(depth <= 0 ? "1" : fill(pick(EXPRESSIONS), depth - 1));
            }
        }
        return out.toString();
    }

    private static boolean isLetter(String pattern, int at) {
        return at >= 0 && at < pattern.length() && Character.isLetter(pattern.charAt(at));
    }

    private String call(String argument) {
        String name = random.nextInt(8) == 0 ? pick("rollup", "cube") : NAMES.get(random.nextInt(NAMES.size()));
        String gap = random.nextInt(4) == 0 ? pick(" ", "\n", "/* x( */", "-- (\n") : "";
        return switch (random.nextInt(8)) {
                    case 0 -> name.toUpperCase(Locale.ROOT);
                    case 1 -> '"' + name + '"';
                    case 2 -> "fn." + gap + name;
                    case 3 -> "\"fn\".\"" + name + '"';
                    case 4 -> "U&\"!00" + Integer.toHexString(name.charAt(0)) + name.substring(1) + "\" uescape '!'";
                    default -> name;
                }
                + gap
                + '('
                + argument
                + ')';
    }

    private String changed(String text) {
        List<String> tokens = new ArrayList<>(Arrays.asList(text.split("(?<=\\W)(?!&)|(?=[^\\w&])")));
        int at = random.nextInt(tokens.size());
        switch (random.nextInt(5)) {
            case 0 -> tokens.remove(at);
            case 1 -> tokens.add(at, tokens.get(at));
            case 2 -> tokens.add(at, tokens.remove(random.nextInt(tokens.size())));
            default -> tokens.add(at, ' ' + pick(PIECES) + ' ');
        }
        return String.join("", tokens);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
