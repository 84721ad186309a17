"""Logarithm, exponential and normal quantile whose bits do not depend on the platform.

numpy's and the C library's versions differ in the last bit between machines; these use exact operations alone (IEEE 754
+ - * / and sqrt, frexp, ldexp), so every engine on every machine sees the same values.
"""

from __future__ import annotations

import math

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10


def log(x: float) -> float:
    """Return the natural logarithm of x.

    Parameters
    ----------
    x : float
        > 0, normal, finite.

    Returns
    -------
    float
        Within 1 ulp.

    References
    ----------
    fdlibm 5.3, e_log.c (Sun Microsystems, 1993): reduction to [sqrt(1/2), sqrt(2)) and the minimax coefficients.
    """
    m, e = math.frexp(x)
    if m < 0.7071067811865476:
        m = m + m
        e = e - 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    even = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half_square = 0.5 * f * f
    k = float(e)
    return k * LN2_HIGH - ((half_square - (s * (half_square + (even + odd)) + k * LN2_LOW)) - f)


def exp(x: float) -> float:
    """Return e to the power x.

    Parameters
    ----------
    x : float
        From -700 to 700, so that the result is normal; beyond, 0 or 2**1009.

    Returns
    -------
    float
        Within 1 ulp.

    References
    ----------
    fdlibm 5.3, e_exp.c (Sun Microsystems, 1993): reduction by multiples of ln 2 and the minimax coefficients.
    """
    if x < -700.0:
        return 0.0
    if x > 700.0:
        return 5.486124068793689e303
    k = math.floor(x * 1.44269504088896338700 + 0.5)
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    return math.ldexp(1.0 - ((low - (r * c) / (2.0 - c)) - high), int(k))


def _central(q: float) -> float:
    r = 0.180625 - q * q
    numerator = 2.5090809287301226727e3
    numerator = numerator * r + 3.3430575583588128105e4
    numerator = numerator * r + 6.7265770927008700853e4
    numerator = numerator * r + 4.5921953931549871457e4
    numerator = numerator * r + 1.3731693765509461125e4
    numerator = numerator * r + 1.9715909503065514427e3
    numerator = numerator * r + 1.3314166789178437745e2
    numerator = numerator * r + 3.3871328727963666080e0
    denominator = 5.2264952788528545610e3
    denominator = denominator * r + 2.8729085735721942674e4
    denominator = denominator * r + 3.9307895800092710610e4
    denominator = denominator * r + 2.1213794301586595867e4
    denominator = denominator * r + 5.3941960214247511077e3
    denominator = denominator * r + 6.8718700749205790830e2
    denominator = denominator * r + 4.2313330701600911252e1
    denominator = denominator * r + 1.0
    return q * numerator / denominator


def _near_tail(r: float) -> float:
    numerator = 7.74545014278341407640e-4
    numerator = numerator * r + 2.27238449892691845833e-2
    numerator = numerator * r + 2.41780725177450611770e-1
    numerator = numerator * r + 1.27045825245236838258e0
    numerator = numerator * r + 3.64784832476320460504e0
    numerator = numerator * r + 5.76949722146069140550e0
    numerator = numerator * r + 4.63033784615654529590e0
    numerator = numerator * r + 1.42343711074968357734e0
    denominator = 1.05075007164441684324e-9
    denominator = denominator * r + 5.47593808499534494600e-4
    denominator = denominator * r + 1.51986665636164571966e-2
    denominator = denominator * r + 1.48103976427480074590e-1
    denominator = denominator * r + 6.89767334985100004550e-1
    denominator = denominator * r + 1.67638483018380384940e0
    denominator = denominator * r + 2.05319162663775882187e0
    denominator = denominator * r + 1.0
    return numerator / denominator


def _far_tail(r: float) -> float:
    numerator = 2.01033439929228813265e-7
    numerator = numerator * r + 2.71155556874348757815e-5
    numerator = numerator * r + 1.24266094738807843860e-3
    numerator = numerator * r + 2.65321895265761230930e-2
    numerator = numerator * r + 2.96560571828504891230e-1
    numerator = numerator * r + 1.78482653991729133580e0
    numerator = numerator * r + 5.46378491116411436990e0
    numerator = numerator * r + 6.65790464350110377720e0
    denominator = 2.04426310338993978564e-15
    denominator = denominator * r + 1.42151175831644588870e-7
    denominator = denominator * r + 1.84631831751005468180e-5
    denominator = denominator * r + 7.86869131145613259100e-4
    denominator = denominator * r + 1.48753612908506148525e-2
    denominator = denominator * r + 1.36929880922735805310e-1
    denominator = denominator * r + 5.99832206555887937690e-1
    denominator = denominator * r + 1.0
    return numerator / denominator


def normal_quantile(u: float) -> float:
    """Return the standard normal deviate with lower-tail probability u.

    Parameters
    ----------
    u : float
        In the open interval (0, 1).

    Returns
    -------
    float
        Relative error about 1e-16.

    References
    ----------
    Wichura (1988), Algorithm AS 241, PPND16, Applied Statistics 37(3), 477-484.
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        return _central(q)
    r = math.sqrt(-log(u if q < 0.0 else 1.0 - u))
    tail = _near_tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
    return -tail if q < 0.0 else tail
