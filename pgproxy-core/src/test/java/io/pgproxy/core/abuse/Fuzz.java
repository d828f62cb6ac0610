package io.pgproxy.core.abuse;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** How much is tried at random: little in each build, more with the system property {@code pgproxy.fuzz.rounds}. */
final class Fuzz {
    private static final String ROUNDS = "pgproxy.fuzz.rounds";

    private Fuzz() {}

    /** Whether this is the long run. */
    static boolean isLong() {
        return System.getProperty(ROUNDS) != null;
    }

    /** The same seeds in every run; a long run has more of them. */
    static LongStream seeds(int usual) {
        return LongStream.range(0, Integer.getInteger(ROUNDS, usual));
    }

    static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Where to split, each place with a probability of one in {@code every}. */
    static int[] splits(Random random, int length, int every) {
        return IntStream.range(1, length)
                .filter(place -> random.nextInt(every) == 0)
                .toArray();
    }
}
