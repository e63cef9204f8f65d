/* SPDX-License-Identifier: MIT */
/* What starting a process costs at the least: the measure of cold-start. */
int main(void) {
    return 0;
}
