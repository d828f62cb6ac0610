package io.pgproxy.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module stands alone, and its packages build on each other in one direction. */
@AnalyzeClasses(packages = "io.pgproxy", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_MODULE_NEEDS_NETTY_ONLY = classes()
            .that()
            .resideInAPackage("io.pgproxy.protocol..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.pgproxy.protocol..",
                    "io.netty.buffer..",
                    "io.netty.channel..",
                    "io.netty.handler.codec..",
                    "io.netty.util..",
                    "org.jspecify..",
                    "java..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.pgproxy.protocol.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_TERMS_DEPEND_ON_NOTHING = noClasses()
            .that()
            .resideInAPackage("io.pgproxy.protocol")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.pgproxy.protocol.*..");

    @ArchTest
    static final ArchRule CHANNELS_ARE_KNOWN_TO_HANDLERS_ONLY = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.pgproxy.protocol",
                    "io.pgproxy.protocol.message..",
                    "io.pgproxy.protocol.server",
                    "io.pgproxy.protocol.startup")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.handler..", "io.pgproxy.protocol.netty");

    @ArchTest
    static final ArchRule MESSAGES_KNOW_THE_TERMS_ONLY = noClasses()
            .that()
            .resideInAnyPackage("io.pgproxy.protocol.message..", "io.pgproxy.protocol.startup")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.pgproxy.protocol.frame", "io.pgproxy.protocol.server");
}
