package io.pgproxy.sql.differential;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a statement does by the server's own grammar, found without any lexer of ours: words are put in the place of
 * others, and the server says whether the text still is a statement. A keyword that writes stands where no name may, so
 * a plain name in its place is a syntax error; the same letters in a name, a constant or a comment may be any others.
 */
final class GrammarOracle {

    /** What is left of a text, from the most harmless on. */
    enum Effect {
        READ,
        LOCK,
        WRITE
    }

    private static final Pattern DATA_WORDS =
            Pattern.compile("insert|update|delete|merge|into|share", Pattern.CASE_INSENSITIVE);
    private static final Pattern EXPLAINED_WORDS = Pattern.compile("create|refresh|execute", Pattern.CASE_INSENSITIVE);

    private static final Pattern DOLLAR_TAG = Pattern.compile("\\$[^\\s$']+\\$");

    private final RawParser server;

    GrammarOracle(RawParser server) {
        this.server = server;
    }

    /** Whether one statement is a SelectStmt: nothing else may stand behind DECLARE … FOR. */
    boolean isSelect(String statement) throws IOException {
        return server.ask("DECLARE c CURSOR FOR\n" + statement).isOne();
    }

    /**
     * The effect of one statement that is a SelectStmt, or contains one: EXPLAIN, DECLARE, PREPARE, COPY TO. INTO
     * counts as a write, and so does what EXPLAIN would run or create.
     */
    Effect effect(String statement) throws IOException {
        List<Occurrence> occurrences = new ArrayList<>();
        find(DATA_WORDS, statement, occurrences);
        find(EXPLAINED_WORDS, statement, occurrences);
        if (occurrences.isEmpty() || isHarmlessWithout(occurrences, statement)) {
            return Effect.READ;
        }
        Effect effect = Effect.READ;
        for (Occurrence occurrence : occurrences) {
            Effect one = effect(occurrence, statement);
            effect = one.compareTo(effect) > 0 ? one : effect;
        }
        return effect;
    }

    /** Whether a word stands in a statement as a keyword and not as a name, within a constant or within a comment. */
    boolean isKeyword(String word, String statement) throws IOException {
        List<Occurrence> occurrences = new ArrayList<>();
        find(Pattern.compile(word, Pattern.CASE_INSENSITIVE), statement, occurrences);
        for (Occurrence occurrence : occurrences) {
            if (!server.ask(occurrence.replacedIn(statement, occurrence.name())).isOne()) {
                return true;
            }
        }
        return false;
    }

    private Effect effect(Occurrence occurrence, String statement) throws IOException {
        if (server.ask(occurrence.replacedIn(statement, occurrence.name())).isOne()) {
            return Effect.READ;
        }
        return switch (occurrence.word()) {
            // Only FOR SHARE and FOR KEY SHARE have the word, but for LOCK, which is no SelectStmt.
            case "share" -> Effect.LOCK;
            // A second locking clause may follow upon the first word of one, and nothing like it upon UPDATE itself.
            case "update" ->
                server.ask(occurrence.replacedIn(statement, "update nowait for update"))
                                .isOne()
                        ? Effect.LOCK
                        : Effect.WRITE;
            default -> Effect.WRITE;
        };
    }

    private boolean isHarmlessWithout(List<Occurrence> occurrences, String statement) throws IOException {
        String text = statement;
        for (Occurrence occurrence : occurrences) {
            text = occurrence.replacedIn(text, occurrence.name());
        }
        return server.ask(text).isOne();
    }

    private static void find(Pattern words, String text, List<Occurrence> into) {
        Matcher matcher = words.matcher(text);
        while (matcher.find()) {
            into.add(new Occurrence(matcher.group(), matcher.start()));
        }
    }

    private record Occurrence(String written, int at) {

        String word() {
            return written.toLowerCase(Locale.ROOT);
        }

        /** As long as the word; for INTO, where a name is right too, one that is right as a label only. */
        String name() {
            return word().equals("into") ? "with" : written.substring(0, written.length() - 1) + "f";
        }

        String replacedIn(String text, String replacement) {
            Matcher tag = DOLLAR_TAG.matcher(text);
            while (tag.find() && tag.start() < at) {
                if (at < tag.end()) {
                    // The other end of the constant has to be as this one.
                    String other = tag.group().replaceFirst("(?i)" + written, Matcher.quoteReplacement(replacement));
                    return text.replace(tag.group(), other);
                }
            }
            return text.substring(0, at) + replacement + text.substring(at + written.length());
        }
    }
}
