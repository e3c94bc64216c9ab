# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Clusters are started before the first test that needs one, and stopped after the last: three
# processes each are too much to stand by.

set(ASYNCMYSQL_SERVER_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/../servers")
set(ASYNCMYSQL_CLUSTERS galera-10.11 group-replication-9.7)

# asyncmysql_add_cluster_tests(<name> <timeout>): registers the executable once for each cluster, as
# <name>_galera and <name>_group-replication. They read ASYNCMYSQL_TEST_CLUSTERS, and
# ASYNCMYSQL_TEST_CLUSTER, which says which of these. One at a time has a cluster.
function(asyncmysql_add_cluster_tests name timeout)
    asyncmysql_test_command(${name} command)
    foreach(cluster IN LISTS ASYNCMYSQL_CLUSTERS)
        string(REGEX REPLACE "-[0-9.]+$" "" kind ${cluster})
        if(NOT TEST cluster_${kind}_start)
            foreach(verb IN ITEMS start stop)
                add_test(NAME cluster_${kind}_${verb}
                    COMMAND "${ASYNCMYSQL_SERVER_SCRIPTS}/fixture" ${verb} ${cluster})
                set_tests_properties(cluster_${kind}_${verb} PROPERTIES
                    LABELS servers TIMEOUT 300)
            endforeach()
            set_tests_properties(cluster_${kind}_start PROPERTIES FIXTURES_SETUP ${kind} COST 1000)
            set_tests_properties(cluster_${kind}_stop PROPERTIES FIXTURES_CLEANUP ${kind})
        endif()
        add_test(NAME ${name}_${kind} COMMAND ${command})
        set_tests_properties(${name}_${kind} PROPERTIES
            ENVIRONMENT ASYNCMYSQL_TEST_CLUSTER=${cluster}
            FIXTURES_REQUIRED ${kind}
            RESOURCE_LOCK cluster_${kind}
            LABELS servers
            TIMEOUT ${timeout}
            COST ${timeout})
    endforeach()
endfunction()
