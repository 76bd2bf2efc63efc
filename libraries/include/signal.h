/* signal.h: libsodium includes it for guarded heap pages, which are never linked. */
#pragma once
