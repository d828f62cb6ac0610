package io.pgproxy.cache;

import io.pgproxy.hook.Session;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.ResultSettings;
import io.pgproxy.sql.catalog.SearchPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the cache knows of a session. On its event loop only. */
final class CachedSession {
    private static final String SEARCH_PATH = "search_path";
    static final String ISOLATION = "default_transaction_isolation";
    private static final String ROLE = "role";
    private static final String SESSION_AUTHORIZATION = "session_authorization";

    private static final List<String> REPORTED = Stream.concat(ResultSettings.NAMES.stream(), Stream.of("is_superuser"))
            .toList();

    private final Session session;
    private final CachedDatabase database;
    private final Object declared;
    private final List<String> startup;
    private final SettingsMade settings = new SettingsMade();
    private final BlockTerms block = new BlockTerms();
    private final OpenWrites writes;
    private final SessionStart start;
    private @Nullable Scope scope;

    /**
     * A session that has just logged in.
     *
     * @param begun what it was begun with, or null if nobody has seen that: then nothing is known of its settings
     * @param lostInCommit how long it may take to commit what was lost in COMMIT
     */
    CachedSession(
            Session session, CachedDatabase database, Object declared, @Nullable Startup begun, Duration lostInCommit) {
        this.session = session;
        this.database = database;
        this.declared = declared;
        this.start = new SessionStart(database, begun, login());
        this.startup = start.inScope();
        this.writes = new OpenWrites(database, lostInCommit);
        if (begun == null) {
            settings.lost();
        }
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

    /** What was in doubt is judged, if the catalogue is no more out of date. */
    void settle() {
        if (settings.isInDoubt()) {
            Catalog catalog = database.catalog();
            if (catalog != null) {
                settings.settle(catalog, database.versions().definitions());
                changed();
            }
        }
    }

    /** {@return whether the session's blocks see what is committed, unless they say otherwise} */
    boolean isReadCommittedByDefault() {
        List<String> made = settings.made().get(ISOLATION);
        return settings.areKnown()
                && (made == null
                        ? start.isReadCommitted()
                        : made.size() == 1 && SessionStart.isReadCommitted(made.get(0)));
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
        String first = start.path();
        return first == null ? null : SearchPath.parse(first, role);
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
