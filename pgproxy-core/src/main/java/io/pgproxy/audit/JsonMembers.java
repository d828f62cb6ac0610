package io.pgproxy.audit;

import java.util.EnumMap;
import java.util.Locale;

/** The member of an object that says one of a few words, made once for each of them. */
final class JsonMembers<E extends Enum<E>> {
    private final EnumMap<E, byte[]> rendered;

    /**
     * Members of one name.
     *
     * @param name plain
     * @param type whose constants are written in lower case
     */
    JsonMembers(String name, Class<E> type) {
        rendered = new EnumMap<>(type);
        for (E word : type.getEnumConstants()) {
            rendered.put(
                    word,
                    new JsonBytes()
                            .plain(",\"" + name + "\":\"" + word.name().toLowerCase(Locale.ROOT) + "\"")
                            .toArray());
        }
    }

    /** With the comma in front of it. */
    void write(E word, JsonBytes to) {
        byte[] known = rendered.get(word);
        if (known != null) {
            to.raw(known);
        }
    }
}
