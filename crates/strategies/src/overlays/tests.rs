use super::*;

fn around_fomc() -> OverlayRule {
    OverlayRule {
        events: Some(vec!["fomc".to_owned()]),
        sessions_before: Some(1),
        sessions_after: Some(2),
        size: Some(0.5),
        threshold: Some(1.5),
        threshold_after: Some(0.8),
        ..OverlayRule::default()
    }
}

#[test]
fn what_holds_after_takes_the_place_of_what_held_before() {
    let rule = around_fomc();
    let effect = |size, threshold| Effect { size, threshold };
    assert_eq!(rule.effect(Phase::Active), effect(0.5, 1.5));
    // No size_after: the size goes on.
    assert_eq!(rule.effect(Phase::After), effect(0.5, 0.8));
    // Unknown: the smaller size, the higher threshold, never the lower one.
    assert_eq!(rule.effect(Phase::Unknown), effect(0.5, 1.5));
    let widens = OverlayRule {
        threshold_after: Some(0.8),
        size_after: Some(1.5),
        ..OverlayRule::default()
    };
    assert_eq!(widens.effect(Phase::Active), effect(1.0, 1.0));
    assert_eq!(widens.effect(Phase::After), effect(1.5, 0.8));
    assert_eq!(widens.effect(Phase::Unknown), effect(1.0, 1.0));
}

#[test]
fn every_way_in_which_thresholds_may_change_is_listed_once() {
    let stress = OverlayRule {
        when: Some("RVX > 30".to_owned()),
        threshold: Some(2.0),
        ..OverlayRule::default()
    };
    let smaller = OverlayRule {
        when: Some("VIX > 30".to_owned()),
        size: Some(0.5),
        ..OverlayRule::default()
    };
    let overlays: Overlays = [("a", around_fomc()), ("b", smaller), ("c", stress)]
        .map(|(name, rule)| (name.to_owned(), rule))
        .into();
    // a: 1, 1.5 or 0.8; b: always 1; c: 1 or 2. Six ways, one of which changes nothing.
    let all = combinations(&overlays);
    assert_eq!(
        all,
        [
            [1.0, 1.0, 2.0],
            [1.5, 1.0, 1.0],
            [1.5, 1.0, 2.0],
            [0.8, 1.0, 1.0],
            [0.8, 1.0, 2.0]
        ]
    );
    assert!(combinations(&Overlays::new()).is_empty());
}
