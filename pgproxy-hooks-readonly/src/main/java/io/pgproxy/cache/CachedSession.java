package io.pgproxy.cache;

import io.pgproxy.hook.Session;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.ResultSettings;
import io.pgproxy.sql.catalog.SearchPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the cache knows of a session. On its event loop only. */
final class CachedSession {
    private static final String SEARCH_PATH = "search_path";
    static final String ISOLATION = "default_transaction_isolation";
    private static final String ROLE = "role";
    private static final String SESSION_AUTHORIZATION = "session_authorization";

    /** Known by other means, or of no effect on any result. */
    private static final Set<String> NOT_IN_SCOPE = Set.of("user", "database", "replication");

    private static final List<String> REPORTED = Stream.concat(ResultSettings.NAMES.stream(), Stream.of("is_superuser"))
            .toList();

    private final Session session;
    private final CachedDatabase database;
    private final Object declared;
    private final List<String> startup;
    private final SettingsMade settings = new SettingsMade();
    private final BlockTerms block = new BlockTerms();
    private final OpenWrites writes;
    private final @Nullable String firstPath;
    private final boolean readCommitted;
    private @Nullable Scope scope;

    /**
     * A session that has just logged in.
     *
     * @param begun what it was begun with, or null if nobody has seen that: then nothing is known of its settings
     */
    CachedSession(Session session, CachedDatabase database, Object declared, @Nullable Startup begun) {
        this.session = session;
        this.database = database;
        this.declared = declared;
        this.startup =
                begun == null ? List.of() : inScope(begun, database.versions().sessionDefaults());
        this.writes = new OpenWrites(database.versions(), database::refresh);
        if (begun == null) {
            settings.lost();
        }
        Catalog catalog = database.catalog();
        this.firstPath = begun == null || catalog == null ? null : firstPath(begun, catalog);
        this.readCommitted = begun != null && catalog != null && isReadCommitted(begun, catalog);
    }

    private static List<String> inScope(Startup begun, long defaults) {
        List<String> parameters = new ArrayList<>();
        parameters.add(Long.toString(defaults)); // of sessions that began before and after ALTER ROLE … SET
        for (StartupParameter parameter : begun.parameters()) {
            String name = parameter.name().toLowerCase(Locale.ROOT);
            if (!NOT_IN_SCOPE.contains(name) && !SettingsMade.OF_NO_RESULT.contains(name)) {
                parameters.add(name);
                parameters.add(parameter.value());
            }
        }
        return List.copyOf(parameters);
    }

    /** Which schemas unqualified names stand in at first, as far as the server does not report it. */
    private @Nullable String firstPath(Startup begun, Catalog catalog) {
        return mentions(begun, SEARCH_PATH)
                ? begun.parameter(SEARCH_PATH)
                : catalog.sessionDefault(login(), SEARCH_PATH).orElse(null);
    }

    private boolean isReadCommitted(Startup begun, Catalog catalog) {
        return !mentions(begun, ISOLATION)
                && catalog.sessionDefault(login(), ISOLATION)
                        .filter(CachedSession::isReadCommitted)
                        .isPresent();
    }

    private static boolean isReadCommitted(String level) {
        return level.equalsIgnoreCase("read committed") || level.equalsIgnoreCase("read uncommitted");
    }

    /** In whatever spelling, and within options too. */
    private static boolean mentions(Startup begun, String setting) {
        return begun.parameters().stream()
                .anyMatch(parameter -> (parameter.name() + "=" + parameter.value())
                        .toLowerCase(Locale.ROOT)
                        .replace('-', '_')
                        .contains(setting));
    }

    private String login() {
        String login = session.setting(SESSION_AUTHORIZATION);
        return login.isEmpty() ? session.user() : login;
    }

    CachedDatabase database() {
        return database;
    }

    SettingsMade settings() {
        return settings;
    }

    BlockTerms block() {
        return block;
    }

    OpenWrites writes() {
        return writes;
    }

    /** {@return whether the session's blocks see what is committed, unless they say otherwise} */
    boolean isReadCommittedByDefault() {
        List<String> made = settings.made().get(ISOLATION);
        return settings.areKnown() && (made == null ? readCommitted : made.size() == 1 && isReadCommitted(made.get(0)));
    }

    /** A statement has come that is executed later, maybe under other settings. */
    void parses(Statement statement) {
        if (statement.form() == Statement.Form.PREPARED
                && settings.parsedUnder().isOfInterest()
                && settings.areKnown()) {
            settings.parsedUnder().parsed(statement, shapingConstants());
        }
    }

    /** {@return whether a statement's constants are what they would be if it came now} */
    boolean hasConstantsOfNow(Statement statement) {
        return statement.form() != Statement.Form.PREPARED
                || !settings.parsedUnder().isOfInterest()
                || settings.parsedUnder().holdsFor(statement, shapingConstants());
    }

    private List<String> shapingConstants() {
        List<String> values = new ArrayList<>(ParsedUnder.SETTINGS.size());
        for (String name : ParsedUnder.SETTINGS) {
            List<String> set = settings.made().get(name);
            values.add(set == null ? session.setting(name) : set + "," + session.setting(name));
        }
        return values;
    }

    /** A setting is another one. */
    void changed() {
        scope = null;
    }

    /** {@return whose results it may see; to be asked only while its settings are known} */
    Scope scope() {
        Scope known = scope;
        if (known == null) {
            known = Scopes.shared(
                    new Scope(database, declared, startup, reported(), settings.made(), settings.hasTemporary()));
            scope = known;
        }
        return known;
    }

    private List<String> reported() {
        List<String> values = new ArrayList<>(REPORTED.size());
        REPORTED.forEach(name -> values.add(session.setting(name)));
        return List.copyOf(values);
    }

    /**
     * Where unqualified names are looked for.
     *
     * @param terms settings that the proxy puts for the execution
     * @return null if that is not known
     */
    @Nullable
    SearchPath path(Map<String, String> terms) {
        SearchPath path = pathWithoutTemporary(terms);
        return path != null && settings.hasTemporary() ? path.withTemporaryTables() : path;
    }

    private @Nullable SearchPath pathWithoutTemporary(Map<String, String> terms) {
        String role = role(terms);
        String put = terms.get(SEARCH_PATH);
        if (put != null) {
            return SearchPath.parse(put, role);
        }
        List<String> set = settings.made().get(SEARCH_PATH);
        if (set != null) {
            return new SearchPath(
                    set.stream().map(name -> name.equals("$user") ? role : name).toList(), false);
        }
        String reported = session.setting(SEARCH_PATH);
        if (!reported.isEmpty()) {
            return SearchPath.parse(reported, role);
        }
        return firstPath == null ? null : SearchPath.parse(firstPath, role);
    }

    private String role(Map<String, String> terms) {
        String put = terms.get(ROLE);
        if (put != null) {
            return put;
        }
        List<String> set = settings.made().get(ROLE);
        return set == null || set.size() != 1 || set.get(0).equals("none") ? login() : set.get(0);
    }
}
