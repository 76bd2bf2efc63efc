/*
 * float.c: rounding to the nearest integer, ties to even, for ISAs without an instruction for it. Adding 2^52 (2^23) to
 * a smaller number pushes its fraction out of the mantissa; the FPU rounds ties to even, the only mode ever set.
 */
#include <math.h>

#undef nearbyint
#undef nearbyintf

double nearbyint(double value) {
  const double shift = 0x1p52;
  double size = fabs(value);
  if (!(size < shift)) return value;
  return copysign((size + shift) - shift, value);
}

float nearbyintf(float value) {
  const float shift = 0x1p23f;
  float size = fabsf(value);
  if (!(size < shift)) return value;
  return copysignf((size + shift) - shift, value);
}
