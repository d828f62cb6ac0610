package io.pgproxy.sql.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** A reviewed list: sections named by an effect, with names, some of them for a number of arguments or with a star. */
final class EffectList {
    /** A section of names that no pattern is meant to catch. */
    private static final String NO_EFFECT_KNOWN = "REVIEWED";

    private record Pattern(String fixed, boolean start, FunctionEffect effect) {
        boolean matches(String name) {
            return start ? name.startsWith(fixed) : name.endsWith(fixed);
        }
    }

    private final Map<String, Optional<FunctionEffect>> names = new HashMap<>();
    private final List<Pattern> patterns;

    private EffectList(List<String> lines) {
        List<Pattern> found = new ArrayList<>();
        Optional<FunctionEffect> section = Optional.empty();
        for (String line : lines) {
            if (line.startsWith("[")) {
                String title = line.substring(1, line.indexOf(']'));
                section = title.equals(NO_EFFECT_KNOWN) ? Optional.empty() : Optional.of(FunctionEffect.valueOf(title));
            } else if (!line.startsWith("#")) {
                StringTokenizer words = new StringTokenizer(line);
                while (words.hasMoreTokens()) {
                    add(words.nextToken(), section, found);
                }
            }
        }
        found.sort(Comparator.comparingInt(pattern -> -pattern.fixed.length()));
        patterns = List.copyOf(found);
    }

    private void add(String word, Optional<FunctionEffect> section, List<Pattern> found) {
        int star = word.indexOf('*');
        if (star >= 0) {
            boolean start = star > 0;
            found.add(new Pattern(start ? word.substring(0, star) : word.substring(1), start, section.orElseThrow()));
        } else if (names.put(word, section) != null) {
            throw new IllegalStateException("twice in the review: " + word);
        }
    }

    static EffectList read(String resource) {
        return new EffectList(lines(resource));
    }

    /** Lines of a file beside this class. */
    static List<String> lines(String resource) {
        InputStream stream = Objects.requireNonNull(EffectList.class.getResourceAsStream(resource), resource);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names in full, as they are written in the list. */
    Iterable<String> names() {
        return names.keySet();
    }

    /** Of a name in full, which may end in a slash and a number of arguments. */
    @Nullable
    FunctionEffect exactly(String name) {
        Optional<FunctionEffect> effect = names.get(name);
        return effect == null ? null : effect.orElse(null);
    }

    /** Of a name, by itself or by a pattern. */
    @Nullable
    FunctionEffect of(String name) {
        Optional<FunctionEffect> exact = names.get(name);
        if (exact != null) {
            return exact.orElse(null);
        }
        for (Pattern pattern : patterns) {
            if (pattern.matches(name)) {
                return pattern.effect;
            }
        }
        return null;
    }
}
