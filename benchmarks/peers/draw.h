/* The draws of sim/draw in C, bit for bit: Philox4x32-10 under a key, and log, exp and the normal quantile written with
   exact operations alone. Compile with -ffp-contract=off. */

#ifndef TONGBAN_DRAW_H
#define TONGBAN_DRAW_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Salmon, Moraes, Dror, Shaw (2011), section 3. The one uniform that the laws here need: i = 0. */
static inline double uniform(const uint32_t key[2], uint32_t k, uint32_t stream, uint32_t step, uint32_t visit)
{
    uint32_t c0 = k, c1 = stream, c2 = step, c3 = visit << 8, key_0 = key[0], key_1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t product_0 = 0xD2511F53ull * c0, product_1 = 0xCD9E8D57ull * c2;
        c0 = (uint32_t)(product_1 >> 32) ^ c1 ^ key_0;
        c1 = (uint32_t)product_1;
        c2 = (uint32_t)(product_0 >> 32) ^ c3 ^ key_1;
        c3 = (uint32_t)product_0;
        key_0 += 0x9E3779B9u;
        key_1 += 0xBB67AE85u;
    }
    return ((double)(int64_t)((uint64_t)c0 << 20 | c1 >> 12) + 0.5) * 2.220446049250313e-16;
}

/* fdlibm 5.3, e_log.c; x > 0 and normal, so the exponent is read from the bits. */
static inline double portable_log(double x)
{
    uint64_t bits = bits_of(x);
    int e = (int)(bits >> 52) - 1022;
    double m = double_of((bits & 0xFFFFFFFFFFFFFull) | 0x3FE0000000000000ull);
    if (m < 0.7071067811865476) {
        m = m + m;
        e = e - 1;
    }
    double f = m - 1.0, s = f / (2.0 + f), z = s * s, w = z * z;
    double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double even = z * (6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double half_square = 0.5 * f * f, k = (double)e;
    return k * LN2_HIGH - ((half_square - (s * (half_square + (even + odd)) + k * LN2_LOW)) - f);
}

/* fdlibm 5.3, e_exp.c; from -700 to 700 the result is normal and ldexp is one exact product. */
static inline double portable_exp(double x)
{
    if (x < -700.0)
        return 0.0;
    if (x > 700.0)
        return 5.486124068793689e303;
    double k = floor(x * 1.44269504088896338700 + 0.5), high = x - k * LN2_HIGH, low = k * LN2_LOW;
    double r = high - low, t = r * r;
    double c = r - t * (1.66666666666666019037e-01
        + t * (-2.77777777770155933842e-03
        + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
    return (1.0 - ((low - (r * c) / (2.0 - c)) - high)) * double_of((uint64_t)((int64_t)k + 1023) << 52);
}

static inline double ratio(double x, const double over[8], const double under[8])
{
    double numerator = over[0], denominator = under[0];
    for (int i = 1; i < 8; i++) {
        numerator = numerator * x + over[i];
        denominator = denominator * x + under[i];
    }
    return numerator / denominator;
}

static const double NEAR_OVER[8] = {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
    1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0,
    1.42343711074968357734e0};
static const double NEAR_UNDER[8] = {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
    1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0};
static const double FAR_OVER[8] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
    2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0,
    6.65790464350110377720e0};
static const double FAR_UNDER[8] = {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
    7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0};

static double tail_quantile(double u, double q)
{
    double r = sqrt(-portable_log(q < 0.0 ? u : 1.0 - u));
    double tail = r <= 5.0 ? ratio(r - 1.6, NEAR_OVER, NEAR_UNDER) : ratio(r - 5.0, FAR_OVER, FAR_UNDER);
    return q < 0.0 ? -tail : tail;
}

/* Wichura (1988), Algorithm AS 241, PPND16. The centre is q times a quotient's numerator first, then the division. */
static inline double normal_quantile(double u)
{
    double q = u - 0.5;
    if (!(-0.425 <= q && q <= 0.425))
        return tail_quantile(u, q);
    double r = 0.180625 - q * q;
    double over = 2.5090809287301226727e3, under = 5.2264952788528545610e3;
    over = over * r + 3.3430575583588128105e4, under = under * r + 2.8729085735721942674e4;
    over = over * r + 6.7265770927008700853e4, under = under * r + 3.9307895800092710610e4;
    over = over * r + 4.5921953931549871457e4, under = under * r + 2.1213794301586595867e4;
    over = over * r + 1.3731693765509461125e4, under = under * r + 5.3941960214247511077e3;
    over = over * r + 1.9715909503065514427e3, under = under * r + 6.8718700749205790830e2;
    over = over * r + 1.3314166789178437745e2, under = under * r + 4.2313330701600911252e1;
    over = over * r + 3.3871328727963666080e0, under = under * r + 1.0;
    return q * over / under;
}

#endif
