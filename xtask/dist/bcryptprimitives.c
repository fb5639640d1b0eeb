/* Rust's standard library asks this library of Windows 10 for random bytes.
 * Wine 8 doesn't have it. Only `cargo xtask dist --verify` uses this one, in
 * its place, beside the program that is tried. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    return SystemFunction036(buffer, (ULONG)length);
}
