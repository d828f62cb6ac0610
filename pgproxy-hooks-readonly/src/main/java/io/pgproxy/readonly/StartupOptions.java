package io.pgproxy.readonly;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The start-up parameter {@code options}: arguments as for the server's command line. Read as {@code pg_split_opts}
 * (postinit.c) splits and {@code process_postgres_switches} (postgres.c) reads them, as far as they set settings; any
 * other switch is not read, for the server would do something else than to set one.
 */
final class StartupOptions {
    private static final int LAST_ASCII = 0x7f;

    private StartupOptions() {}

    /**
     * A setting.
     *
     * @param name with its dashes as underscores, else as it stands there
     * @param value as it stands there
     */
    record Setting(String name, String value) {}

    /** The settings in their order, or null if it holds anything else. */
    static @Nullable List<Setting> parse(String options) {
        List<String> arguments = split(options);
        return arguments == null ? null : settings(arguments);
    }

    /** Writes settings so that the server reads just these. */
    static String render(List<Setting> settings) {
        StringBuilder options = new StringBuilder();
        for (Setting setting : settings) {
            options.append(options.isEmpty() ? "-c " : " -c ");
            escape(setting.name(), options);
            options.append('=');
            escape(setting.value(), options);
        }
        return options.toString();
    }

    /**
     * Splits at blanks; a backslash takes the character behind it as it is, and one at the end is nothing. What isspace
     * says of a byte beyond ASCII depends on the server's locale, so such options are not read.
     */
    private static @Nullable List<String> split(String options) {
        List<String> arguments = new ArrayList<>();
        int at = 0;
        while (at < options.length()) {
            if (isSpace(options.charAt(at))) {
                at++;
                continue;
            }
            StringBuilder argument = new StringBuilder();
            boolean escaped = false;
            while (at < options.length() && (escaped || !isSpace(options.charAt(at)))) {
                char c = options.charAt(at++);
                if (c > LAST_ASCII) {
                    return null;
                }
                if (c == '\\' && !escaped) {
                    escaped = true;
                } else {
                    escaped = false;
                    argument.append(c);
                }
            }
            arguments.add(argument.toString());
        }
        return arguments;
    }

    /** Those of the C locale. */
    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static @Nullable List<Setting> settings(List<String> arguments) {
        List<Setting> settings = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            String assignment;
            if (argument.equals("-c")) {
                if (++i == arguments.size()) {
                    return null;
                }
                assignment = arguments.get(i);
            } else if (argument.startsWith("-c") || (argument.startsWith("--") && argument.length() > 2)) {
                assignment = argument.substring(2);
            } else {
                return null; // also "--": getopt ends there
            }
            Setting setting = setting(assignment);
            if (setting == null) {
                return null;
            }
            settings.add(setting);
        }
        return settings;
    }

    /** {@code ParseLongOption} of guc.c. */
    private static @Nullable Setting setting(String assignment) {
        int equals = assignment.indexOf('=');
        return equals <= 0
                ? null
                : new Setting(assignment.substring(0, equals).replace('-', '_'), assignment.substring(equals + 1));
    }

    private static void escape(String text, StringBuilder into) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || isSpace(c)) {
                into.append('\\');
            }
            into.append(c);
        }
    }
}
