package io.pgproxy.testkit.leak;

/** A program that checks itself where there is no Netty. */
final class WithoutNetty {

    private WithoutNetty() {}

    public static void main(String[] arguments) throws Exception {
        LeakCheck.prepare();
        LeakCheck check = LeakCheck.begin();
        check.assertNothingLeft();
        System.out.println(check.skipped());
    }
}
