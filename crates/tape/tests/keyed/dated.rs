//! Memberships, events, the exchange's calendar, tables of breadth and weights.

use super::*;

#[test]
fn memberships_come_with_an_open_end_and_may_not_overlap() {
    let desk = Desk::new();
    let text =
        "symbol,from,to\nbbb,2020-03-06,\nAAA,2019-01-01,2019-06-28\nAAA,2020-01-02,2020-03-05\n";
    import(&desk.tape, &[desk.file("small_members.csv", text)]).unwrap();
    let spans = desk.tape.members("small").unwrap().unwrap();
    assert_eq!(
        spans[2],
        MemberSpan {
            symbol: "BBB".to_owned(),
            from: day("2020-03-06"),
            to: None
        }
    );
    assert!(
        spans[1].holds(day("2020-03-05")) && !spans[1].holds(day("2020-03-06")),
        "the end is a member's day"
    );
    assert_eq!(desk.tape.members("other").unwrap(), None);
    let before = desk.bytes();
    for text in [
        "symbol,from,to\nAAA,2019-06-28,2019-07-01\n",
        "symbol,from,to\nBBB,2021-01-04,\n",
        "symbol,from,to\nBBB,2021-01-04,2020-01-02\n",
        "symbol,from,to\n,2021-01-04,\n",
    ] {
        assert!(
            import(&desk.tape, &[desk.file("small_members.csv", text)]).is_err(),
            "{text}"
        );
    }
    assert!(before == desk.bytes());
}

#[test]
fn events_have_an_hour_a_name_and_say_whether_anybody_could_know() {
    let desk = Desk::new();
    let files = [
        desk.file(
            "fomc_meetings.csv",
            "meeting_start,decision_date,type,statement_time_et\n2020-01-28,2020-01-29,scheduled,14:00\n2020-03-03,2020-03-03,unscheduled,10:00\n",
        ),
        desk.file("cpi_releases.csv", "release_date,reference_month,time_et\n2020-03-11,2020-02,08:30\n"),
        desk.file("nfp_releases.csv", "release_date,time_et\n2020-03-06,\n"),
        desk.file("ism.csv", "release_date,event,time_et,basis\n2020-03-02,ISM Manufacturing PMI,10:00,rule: by hand\n"),
        desk.file("reconstitution.csv", "reconstitution_date,kind,note\n2020-06-26,annual (June),effective after close\n"),
    ];
    import(&desk.tape, &files).unwrap();
    assert_eq!(
        desk.tape.event_kinds().unwrap(),
        ["cpi", "fomc", "ism", "nfp", "reconstitution"]
    );
    let fomc = desk
        .tape
        .events("fomc", day("2020-02-01"), day("2020-03-03"))
        .unwrap();
    let emergency = Event {
        date: day("2020-03-03"),
        time_et_minutes: Some(600),
        label: "FOMC decision".to_owned(),
        scheduled: false,
        basis: None,
    };
    assert_eq!(fomc, [emergency]);
    assert_eq!(fomc[0].at(), Some(at("2020-03-03", 10, 0)));
    let all = |kind| desk.tape.events(kind, Date::MIN, Date::MAX).unwrap();
    assert_eq!(all("nfp")[0].time_et_minutes, None);
    assert_eq!(all("cpi")[0].label, "CPI for 2020-02");
    assert_eq!(all("ism")[0].basis.as_deref(), Some("rule: by hand"));
    let absent = desk
        .tape
        .events("fmoc", Date::MIN, Date::MAX)
        .unwrap_err()
        .to_string();
    assert!(absent.contains("did you mean fomc?"), "{absent}");
    let before = desk.bytes();
    import(&desk.tape, &files).unwrap();
    assert!(before == desk.bytes());
    let odd = desk.file(
        "nfp_releases.csv",
        "release_date,time_et\n2020-03-06,25:00\n",
    );
    assert!(import(&desk.tape, &[odd]).is_err());
}

#[test]
fn the_exchanges_own_calendar_is_compared_and_not_stored() {
    let desk = Desk::new();
    let series = desk.file("RVX.csv", "date,close\n2020-03-05,40\n");
    let right = desk.file(
        "right.csv",
        "date,open_et,close_et,early_close\n2019-11-29,09:30,13:00,1\n2019-12-02,09:30,16:00,0\n",
    );
    // 2019-11-28 is Thanksgiving: no session; and the day after closes at one. So two days differ.
    let wrong = desk.file(
        "wrong.csv",
        "date,open_et,close_et,early_close\n2019-11-28,09:30,16:00,0\n2019-11-29,09:30,16:00,0\n",
    );
    // Good Friday is left out.
    let short = desk.file(
        "short.csv",
        "date,weekday\n2020-02-17,Monday\n2020-05-25,Monday\n",
    );
    let report = import(&desk.tape, &[series, right, wrong, short]).unwrap();
    let notes: Vec<&str> = report
        .files
        .iter()
        .flat_map(|f| f.notes.iter().map(String::as_str))
        .collect();
    assert!(notes[0].starts_with("agrees"), "{notes:?}");
    assert!(
        notes[1].contains("on 2 days, first on 2019-11-28"),
        "{notes:?}"
    );
    assert!(
        notes[2].contains("on 1 days, first on 2020-04-10"),
        "{notes:?}"
    );
    assert_eq!(desk.bytes().len(), 1, "the series alone");
}

#[test]
fn tables_of_market_breadth_and_weights_become_series() {
    let desk = Desk::new();
    let head = "date,nyse_advancing_stocks,nyse_declining_stocks,nyse_advancing_volume,nyse_declining_volume,nasdaq_advancing_stocks,nasdaq_declining_stocks,nasdaq_advancing_volume,nasdaq_declining_volume";
    let issues = format!("{head}\n2020-03-05,10,20.0,,4,5,6,7,8\n2020-03-06,11,21,3,-4,5,6,7,8\n");
    let issues = desk.file("advance_decline.csv", &issues);
    let weights = desk.file(
        "IWM_sector_weights_2020-03-05.csv",
        "Sector,as_of,weight_pct,n_holdings\nReal Estate,2020-03-05,8.5,70\n",
    );
    let report = import(&desk.tape, &[issues, weights]).unwrap();
    let notes = report.files[0].notes.join("; ");
    assert!(
        notes.contains("1 cells are empty") && notes.contains("line 3 (2020-03-06): -4"),
        "{notes}"
    );
    let series = |name: &str| {
        let want = tape::Want {
            series: vec![name.to_owned()],
            ..tape::Want::default()
        };
        desk.tape.read(&want, 1).unwrap().series.remove(0)
    };
    assert_eq!(series("nyse_declining").value, [20.0, 21.0]);
    assert_eq!(series("nyse_advancing_volume").date, [day("2020-03-06")]);
    assert_eq!(series("nyse_declining_volume").value, [4.0]);
    let weight = series("IWM_weight_real_estate");
    assert_eq!(
        (weight.value[0], weight.known),
        (8.5, market::Known::NextSession)
    );
}
