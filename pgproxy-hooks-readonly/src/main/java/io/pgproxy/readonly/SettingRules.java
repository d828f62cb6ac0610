package io.pgproxy.readonly;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client may make of settings, by SET, RESET, {@code set_config} and start-up alike. Unknown settings are
 * refused. Names come in lower case.
 */
final class SettingRules {
    static final String DEFAULT_READ_ONLY = "default_transaction_read_only";
    static final String READ_ONLY = "transaction_read_only";
    static final String PLAIN_BACKSLASHES = "standard_conforming_strings";
    static final String ENCODING = "client_encoding";

    /** What has one value only: the wall itself, and what the text is read with. No rule of a host changes that. */
    static final Set<String> FIXED = Set.of(DEFAULT_READ_ONLY, READ_ONLY, PLAIN_BACKSLASHES, ENCODING);

    /** {@code parse_bool} of the server, beginnings of words included. */
    private static final Set<String> ON = Set.of("on", "true", "tru", "tr", "t", "yes", "ye", "y", "1");

    /** {@code pg_char_to_encoding}: letters and digits count, in any case; {@code unicode} is an alias. */
    private static final Set<String> UTF8 = Set.of("utf8", "unicode");

    private static final Map<String, String> WHY = Map.of(
            DEFAULT_READ_ONLY, "it keeps the session from writing",
            READ_ONLY, "it keeps the session from writing",
            PLAIN_BACKSLASHES, "it has to be on, for texts are read so",
            ENCODING, "it has to be UTF8, for texts are read so");

    private final boolean any;
    private final Set<String> allowed;

    /**
     * With further settings, in lower case; one that ends with {@code .*} stands for all of a class such as
     * {@code app.*}.
     */
    SettingRules(boolean any, Set<String> further) {
        this.any = any;
        Set<String> both = new TreeSet<>(HarmlessSettings.ALL);
        both.addAll(further);
        this.allowed = Set.copyOf(both);
    }

    static boolean isReadOnlySetting(String name) {
        return name.equals(DEFAULT_READ_ONLY) || name.equals(READ_ONLY);
    }

    /** The letters of ASCII only, as {@code guc_name_compare} does. */
    static String lowerCase(String name) {
        StringBuilder lower = new StringBuilder(name);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower.setCharAt(i, (char) (c + 0x20));
            }
        }
        return lower.toString();
    }

    /** Why a running session may not give a setting these values, or null. */
    @Nullable
    Refusal becomes(String name, List<String> values) {
        return any ? allowed(name, values) : Refusal.of("SET is not allowed here");
    }

    /** Why a session may not begin with a setting, or null: every driver gives some, whether SET is allowed or not. */
    @Nullable
    Refusal begins(String name, String value) {
        return allowed(name, List.of(value));
    }

    private @Nullable Refusal allowed(String name, List<String> values) {
        if (FIXED.contains(name)) {
            return values.size() == 1 && isFixedValue(name, values.get(0)) ? null : refused(name);
        }
        return isAllowed(name) ? null : refused(name);
    }

    /** Why a setting may not get a value that the text does not tell, or null. */
    @Nullable
    Refusal becomesUnknown(String name) {
        return becomes(name, List.of());
    }

    /**
     * Why a setting may not become what it was at login, or null. The session was made what it is then, so that all may
     * go back there but one: before 16 RESET of {@code transaction_read_only} goes to off, whatever the session's
     * default. The other of its kind is left alone with it, for no client needs to touch the wall.
     */
    @Nullable
    Refusal becomesDefault(String name) {
        return isReadOnlySetting(name) ? refused(name) : null;
    }

    /** Whether this value of a fixed setting is the one that it has to have. */
    static boolean isFixedValue(String name, String value) {
        if (name.equals(ENCODING)) {
            return UTF8.contains(value.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""));
        }
        return ON.contains(value.toLowerCase(Locale.ROOT));
    }

    private boolean isAllowed(String name) {
        int dot = name.indexOf('.');
        return allowed.contains(name) || (dot > 0 && allowed.contains(name.substring(0, dot) + ".*"));
    }

    private static Refusal refused(String name) {
        String why = WHY.get(name);
        return why == null
                ? new Refusal("the setting " + shown(name) + " is not known to be harmless", Hints.SETTING)
                : Refusal.of("the setting " + name + " stays as it is: " + why);
    }

    /** A name comes from the client and may hold anything. */
    private static String shown(String name) {
        return name.length() > 63 || !name.chars().allMatch(c -> c > ' ' && c < 127) ? "of that name" : name;
    }
}
