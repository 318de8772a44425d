//! The normal distribution.

/// The value below which the share `probability` (above 0, below 1) of the standard normal distribution lies, with a
/// relative error below 1.15e-9. Source: Peter Acklam, "An algorithm for computing the inverse normal cumulative
/// distribution function".
pub(super) fn quantile(probability: f64) -> f64 {
    const TAIL: f64 = 0.024_25;
    const NEAR_ABOVE: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const NEAR_BELOW: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const FAR_ABOVE: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const FAR_BELOW: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let polynomial =
        |factors: &[f64], at: f64| factors.iter().fold(0.0_f64, |sum, factor| sum.mul_add(at, *factor));
    let far = |share: f64| {
        let at = (-2.0 * share.ln()).sqrt();
        polynomial(&FAR_ABOVE, at) / polynomial(&FAR_BELOW, at)
    };
    if probability < TAIL {
        far(probability)
    } else if probability > 1.0 - TAIL {
        -far(1.0 - probability)
    } else {
        let from_middle = probability - 0.5;
        let square = from_middle * from_middle;
        from_middle * polynomial(&NEAR_ABOVE, square) / polynomial(&NEAR_BELOW, square)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_printed_tables() {
        for (probability, expected) in [
            (0.5, 0.0),
            (0.9, 1.281_551_566),
            (0.95, 1.644_853_627),
            (0.975, 1.959_963_985),
            (0.995, 2.575_829_304),
            (0.01, -2.326_347_874),
        ] {
            assert!((quantile(probability) - expected).abs() < 1e-8, "{probability}");
        }
    }
}
