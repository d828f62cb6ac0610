package io.pgproxy.sql.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Writes {@code functions.tsv}: the functions that each version has from the start, as {@code pg_proc} says, and its
 * types, for {@code inet('::1')} is written like a call.
 *
 * <p>A line is a name, with its schema in front unless that is pg_catalog; a volatility for each version, {@code -}
 * where it does not exist, and the strictest where overloads differ; and letters: {@code f a w p} are the kinds of
 * {@code pg_proc.prokind}, {@code t} is a type, as volatile as its input function, {@code s} returns a set, {@code i}
 * takes or gives what no statement can hold, so that only the server calls it. {@code s} and {@code i} stand where they
 * hold for every overload.
 */
class FunctionsGenerator {

    /** Objects made by initdb have OIDs below 16384. */
    private static final String QUERY = """
            select case n.nspname when 'pg_catalog' then '' else n.nspname || '.' end || p.proname as name,
                   max(case p.provolatile when 'i' then 1 when 's' then 2 else 3 end) as volatility,
                   string_agg(distinct p.prokind::text, '' order by p.prokind::text)
                   || case when bool_and(p.proretset) then 's' else '' end
                   || case when bool_and(p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype,
                          'language_handler'::regtype, 'fdw_handler'::regtype, 'index_am_handler'::regtype,
                          'table_am_handler'::regtype, 'tsm_handler'::regtype, 'internal'::regtype)
                          or 'internal'::regtype = any(p.proargtypes)) then 'i' else '' end as letters
            from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            where p.oid < 16384 and n.nspname in ('pg_catalog', 'information_schema')
            group by 1
            union all
            select case n.nspname when 'pg_catalog' then '' else n.nspname || '.' end || t.typname,
                   case when f.found then 0 when p.provolatile = 'i' then 1 when p.provolatile = 's' then 2 else 3 end,
                   't'
            from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
                 join pg_catalog.pg_proc p on p.oid = t.typinput,
                 lateral (select exists (select from pg_catalog.pg_proc p
                                         where p.proname = t.typname and p.pronamespace = t.typnamespace) as found) f
            where t.oid < 16384 and n.nspname in ('pg_catalog', 'information_schema')
              and t.typtype <> 'p' and t.typrelid = 0 and t.typcategory <> 'A'
            """;

    private static final String VOLATILITIES = " isv";

    private static final class Columns {
        private final StringBuilder volatility = new StringBuilder("-".repeat(EachVersion.ALL.size()));
        private final TreeSet<Character> letters = new TreeSet<>();
        private final TreeSet<Character> always = new TreeSet<>(List.of('i', 's'));

        void add(int index, int rank, String found) {
            char other = volatility.charAt(index);
            if (rank > 0 && (other == '-' || VOLATILITIES.indexOf(other) < rank)) {
                volatility.setCharAt(index, VOLATILITIES.charAt(rank));
            }
            for (int i = 0; i < found.length(); i++) {
                char letter = found.charAt(i);
                if (letter != 'i' && letter != 's') {
                    letters.add(letter);
                }
            }
            if (found.indexOf('t') < 0) {
                always.removeIf(letter -> found.indexOf(letter) < 0);
            }
        }

        @Override
        public String toString() {
            StringBuilder line = new StringBuilder(volatility).append('\t');
            letters.forEach(line::append);
            if (letters.stream().anyMatch(letter -> letter != 't')) {
                always.forEach(line::append);
            }
            return line.toString();
        }
    }

    @Test
    void writeFunctionsOfEachVersion() throws Exception {
        Map<String, Columns> functions = new TreeMap<>();

        EachVersion.ask((index, connection) -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(QUERY)) {
                while (row.next()) {
                    functions
                            .computeIfAbsent(row.getString(1), name -> new Columns())
                            .add(index, row.getInt(2), row.getString(3));
                }
            }
        });

        List<String> lines = new ArrayList<>();
        functions.forEach((name, columns) -> lines.add(name + "\t" + columns));
        assertThat(lines).hasSizeGreaterThan(2700);
        Resource.write("io/pgproxy/sql/catalog/functions.tsv", lines);
    }
}
