package io.pgproxy.hook;

/**
 * A key of a session's attributes. Identity counts, so keep it in a constant. There is no default value: a forgotten
 * tenant must not be an empty one.
 *
 * @param <T> what is kept under it
 */
@SuppressWarnings("UnusedTypeParameter") // it says what is kept under the key
public final class Attribute<T> {
    private final String name;

    private Attribute(String name) {
        this.name = name;
    }

    /**
     * A new key.
     *
     * @param name for people
     * @param <T> what is kept under it
     * @return a key that equals no other
     */
    public static <T> Attribute<T> named(String name) {
        return new Attribute<>(name);
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }
}
