/* SPDX-License-Identifier: MIT */
/* A shared object, but no plugin. */
int zoo_answer(void);
int zoo_answer(void) {
    return 42;
}
