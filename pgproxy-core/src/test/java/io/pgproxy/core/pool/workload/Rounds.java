package io.pgproxy.core.pool.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What one client does, round by round, and what it has to see: what it asked for, rows that only it writes, and its
 * own settings. What it gets to see of others is noted in the tally; errors it has not asked for are thrown. For one
 * thread.
 */
final class Rounds {
    /** So many a client does at least; clients that begin with different numbers do everything. */
    static final int LEAST = 2;

    private static final int KINDS = 13;

    private final Client client;
    private final String name;
    private final Tally tally;
    private final Random random;
    private final Settings settings;
    private int tokens;
    private String row = "";
    private String own = "";

    /** Its name, and all that it asks, is of letters, digits and underscores. */
    Rounds(Client client, String name, Tally tally, Random random) {
        this.client = client;
        this.name = name;
        this.tally = tally;
        this.random = random;
        this.settings = new Settings(random);
    }

    /** Makes the session and the rows what they have to be, whatever they were. */
    void begin() throws Exception {
        for (Settings.Setting setting : settings.all(token())) {
            change(setting);
        }
        row = token();
        ask(
                "insert into public.work values ($1, 0, $2) on conflict (client, n) do update set token = excluded.token",
                name,
                row);
        ask("delete from public.work where client = $1 and n > 0", name);
        ask("delete from public.copied where client = $1", name);
        prepareOwn(true);
    }

    void round(int number) throws Exception {
        String token = token();
        same("a token", ask("select $1::text", token), List.of(List.of(token)));
        switch (number % KINDS) {
            case 0 -> manyRows();
            case 1, 9 -> transaction();
            case 2 -> errors();
            case 3 -> errorInTransaction();
            case 4 -> change(settings.any(token()));
            case 5 -> settingsInTransaction();
            case 6 -> ownStatement();
            case 7 -> batch();
            case 8 -> portions();
            case 10 -> copyIn();
            case 11 -> copyOut();
            default -> together();
        }
        check();
    }

    /** The settings and the row: both have to be there at any time. */
    void check() throws Exception {
        same("settings", ask(Settings.QUERY), List.of(settings.expected()));
        same("its row", row(), List.of(List.of(row)));
        same(
                "its schema",
                ask("select who || $1 from mine", name),
                List.of(List.of(settings.value("search_path") + name)));
    }

    private void manyRows() throws Exception {
        String token = token();
        int count = 1 + random.nextInt(200);
        same(
                "many rows",
                ask(
                        "select $1::text || '_' || n from generate_series(1, $2::text::int) n",
                        token,
                        String.valueOf(count)),
                numbered(token, count));
    }

    private void transaction() throws Exception {
        String token = token();
        client.begin();
        ask("update public.work set token = $1 where client = $2 and n = 0", token, name);
        same("its row in the transaction", row(), List.of(List.of(token)));
        ask("insert into public.work values ($1, 1, $2)", name, token);
        if (random.nextBoolean()) {
            ask("delete from public.work where client = $1 and n = 1", name);
            client.commit();
            row = token;
        } else {
            client.rollback();
        }
    }

    private void errors() throws Exception {
        String token = token();
        refused("22P02", token, "select $1::text::int", token);
        refused("22012", "division", "select 1 / ($1::text)::int", "0");
        refused("42703", token, "select " + token);
        refused("23505", "(" + name + ", 0)", "insert into public.work values ($1, 0, $2)", name, token);
    }

    private void errorInTransaction() throws Exception {
        client.begin();
        ask("update public.work set token = $1 where client = $2 and n = 0", token(), name);
        refused("23505", "(" + name + ", 0)", "insert into public.work values ($1, 0, $2)", name, token());
        if (client.errorsEndTransactions()) {
            refused("25P02", "aborted", "select $1::text", token());
        }
        client.rollback();
    }

    private void settingsInTransaction() throws Exception {
        Settings.Setting kept = settings.any(token());
        Settings.Setting local = settings.any(token());
        client.begin();
        ask(kept.set());
        ask("savepoint here");
        ask(settings.any(token()).set());
        ask("rollback to here");
        if (!local.name().equals(kept.name())) {
            ask(local.setLocal());
            same("a local setting", ask("select current_setting($1)", local.name()), List.of(List.of(local.value())));
        }
        if (random.nextBoolean()) {
            client.commit();
            settings.put(kept);
        } else {
            client.rollback();
        }
    }

    /** A statement that everybody prepares under one name, each with a text of its own. */
    private void ownStatement() throws Exception {
        same("its statement", ask("execute own"), List.of(List.of(own)));
        if (random.nextInt(3) == 0) {
            ask("deallocate own");
            refused("26000", "own", "execute own");
            prepareOwn(false);
        }
    }

    private void prepareOwn(boolean mayBeThere) throws Exception {
        if (mayBeThere) {
            try {
                ask("deallocate own");
            } catch (Refused absent) {
                if (!absent.state().equals("26000")) {
                    throw absent;
                }
            }
        }
        own = token();
        ask("prepare own as select '" + own + "'");
    }

    private void batch() throws Exception {
        String token = token();
        int count = 1 + random.nextInt(30);
        client.askForEach(
                "insert into public.work values ($1, $2::text::int, $3)",
                IntStream.rangeClosed(1, count)
                        .mapToObj(n -> List.of(name, String.valueOf(n), token + "_" + n))
                        .toList());
        tally.asked();
        same(
                "the rows of a batch",
                ask("select token from public.work where client = $1 and n > 0 order by n", name),
                numbered(token, count));
        ask("delete from public.work where client = $1 and n > 0", name);
    }

    private void portions() throws Exception {
        String token = token();
        int count = 1 + random.nextInt(60);
        client.begin();
        same(
                "portions",
                client.askInPortions(
                        7,
                        "select $1::text || '_' || n from generate_series(1, $2::text::int) n",
                        token,
                        String.valueOf(count)),
                numbered(token, count));
        tally.asked();
        client.commit();
    }

    private void copyIn() throws Exception {
        if (!client.copiesIn()) {
            return;
        }
        String token = token();
        int count = random.nextInt(200);
        StringBuilder lines = new StringBuilder();
        for (int n = 1; n <= count; n++) {
            lines.append(name)
                    .append('\t')
                    .append(n)
                    .append('\t')
                    .append(token)
                    .append('_')
                    .append(n)
                    .append('\n');
        }
        client.copyIn("copy public.copied from stdin", lines.toString());
        tally.asked();
        String broken = token();
        refused("22P02", broken, () -> {
            client.copyIn("copy public.copied from stdin", lines + name + "\t" + broken + "\tx\n" + lines);
            return "copied";
        });
        same(
                "what it copied",
                ask("select token from public.copied where client = $1 order by n", name),
                numbered(token, count));
        ask("delete from public.copied where client = $1", name);
    }

    private void copyOut() throws Exception {
        if (!client.copiesOut()) {
            return;
        }
        String token = token();
        int count = random.nextInt(500);
        StringBuilder lines = new StringBuilder();
        numbered(token, count).forEach(one -> lines.append(one.get(0)).append('\n'));
        same(
                "what it copies out",
                client.copyOut(
                        "copy (select '" + token + "_' || n from generate_series(1, " + count + ") n) to stdout"),
                lines.toString());
        tally.asked();
        String broken = token();
        refused(
                "22P02",
                broken,
                () -> client.copyOut("copy (select case when n < 20 then n else ('" + broken
                        + "' || n)::int end from generate_series(1, 30) n) to stdout"));
    }

    private void together() throws Exception {
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String sql = random.nextInt(4) == 0 ? "select $1::text::int::text" : "select $1::text";
            queries.add(Query.of(sql, token()));
        }
        List<Outcome> outcomes = client.askTogether(queries);
        same("as many answers as queries", outcomes.size(), queries.size());
        for (int i = 0; i < outcomes.size(); i++) {
            tally.asked();
            String token = queries.get(i).parameters().get(0);
            Refused error = outcomes.get(i).error();
            if (error != null && !error.state().equals("22P02")) {
                throw error;
            }
            if (queries.get(i).sql().contains("int")) {
                same("one refused of many", error != null && error.mentions(token) ? token : outcomes.get(i), token);
            } else {
                same("one of many", error == null ? outcomes.get(i).rows() : error, List.of(List.of(token)));
            }
        }
    }

    private void change(Settings.Setting setting) throws Exception {
        if (random.nextInt(3) == 0) {
            ask("select set_config($1, $2, false)", setting.name(), setting.value());
        } else {
            ask(setting.set());
        }
        settings.put(setting);
    }

    private List<List<String>> row() throws Exception {
        return ask("select token from public.work where client = $1 and n = 0", name);
    }

    private List<List<String>> ask(String sql, String... parameters) throws Exception {
        List<List<String>> rows = client.ask(sql, parameters);
        tally.asked();
        return rows;
    }

    private void refused(String state, String text, String sql, String... parameters) throws Exception {
        refused(state, text, () -> client.ask(sql, parameters));
    }

    /** Does what has to fail; another error is thrown on. */
    private void refused(String state, String text, Attempt attempt) throws Exception {
        try {
            tally.wrong(name, "no " + state + " about " + text + ", but " + attempt.make());
        } catch (Refused error) {
            tally.asked();
            if (!error.state().equals(state)) {
                throw error;
            }
            if (!error.mentions(text)) {
                tally.wrong(name, "the error of somebody else: " + error.getMessage() + ", not about " + text);
            }
        }
    }

    private void same(String what, Object seen, Object expected) {
        tally.same(name, what, seen, expected);
    }

    private String token() {
        return name + "_" + ++tokens;
    }

    private static List<List<String>> numbered(String token, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> List.of(token + "_" + n))
                .toList();
    }

    /** Something that is to fail. */
    @FunctionalInterface
    private interface Attempt {
        Object make() throws Exception;
    }
}
