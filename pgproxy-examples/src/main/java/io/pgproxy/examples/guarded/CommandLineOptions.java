package io.pgproxy.examples.guarded;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The start-up parameter {@code options}, in words as the server splits it: at blanks, unless a backslash is in front
 * of one. See {@code pg_split_opts} and {@code process_postgres_switches} in the server's postinit.c and postgres.c.
 *
 * @param words in their order
 */
record CommandLineOptions(List<String> words) {

    static CommandLineOptions of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                word.append(text.charAt(i));
            } else if (c != ' ' && (c < '\t' || c > '\r')) {
                word.append(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return new CommandLineOptions(words);
    }

    /** What {@code -c NAME=VALUE}, {@code -cNAME=VALUE} or {@code --NAME=VALUE} asks for last. */
    OptionalLong timeout(String setting) {
        OptionalLong last = OptionalLong.empty();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String given = "";
            if (word.equals("-c") && i + 1 < words.size()) {
                i++;
                given = words.get(i);
            } else if (word.startsWith("-c") || word.startsWith("--")) {
                given = word.substring(2);
            }
            int equals = given.indexOf('=');
            if (equals > 0 && given.substring(0, equals).replace('-', '_').equalsIgnoreCase(setting)) {
                last = TimeoutText.millis(given.substring(equals + 1));
            }
        }
        return last;
    }
}
