/*
 * What every unit test includes: cmocka with what it needs before it, without its macro
 * fail(), which is a function of ours.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#undef fail

#endif
