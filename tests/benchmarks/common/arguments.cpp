// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "arguments.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

void set(Arguments *arguments, std::string_view option, const char *value)
{
    if (option == "--host")
        arguments->host = value;
    else if (option == "--port")
        arguments->port = static_cast<std::uint16_t>(std::strtoul(value, nullptr, 10));
    else if (option == "--user")
        arguments->user = value;
    else if (option == "--password")
        arguments->password = value;
    else if (option == "--ca")
        arguments->ca = value;
    else if (option == "--forwarded")
        arguments->forwarded = std::string_view(value) == "yes";
    else if (option == "--rows")
        arguments->rows = std::strtol(value, nullptr, 10);
    else
        fail("unknown option " + std::string(option));
}

} // namespace

Arguments parseArguments(int argc, char **argv)
{
    Arguments arguments;
    if (argc < 2 || argc % 2 != 0)
        fail("Usage: WORKLOAD [--host H] [--port N] [--user U] [--password P] [--ca FILE] "
             "[--forwarded yes] --rows N");
    arguments.workload = argv[1];
    for (int i = 2; i < argc; i += 2)
        set(&arguments, argv[i], argv[i + 1]);
    if (arguments.rows <= 0)
        fail("--rows wants a number above 0");
    return arguments;
}

void fail(const std::string &why)
{
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}
