package io.pgproxy.routing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** This module knows what the proxy exports, and no other module of hooks. */
@AnalyzeClasses(packages = "io.pgproxy.routing", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule NOTHING_INSIDE_OTHERS_IS_KNOWN =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.pgproxy..internal..");

    @ArchTest
    static final ArchRule NO_OTHER_HOOKS_ARE_KNOWN =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("io.pgproxy.readonly..");

    /** The driver is found by its URL: what is of its own kind is not part of what we show. */
    @ArchTest
    static final ArchRule THE_DRIVER_IS_JDBC =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.postgresql..");

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
