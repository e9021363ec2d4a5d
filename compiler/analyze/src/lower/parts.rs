//! The lists of a plan that are made of what declarations give, one after the other.

use laud_plan::Plan;

/// How many such lists there are.
const LISTS: usize = 8;

/// How much there is in each of the lists.
pub(super) type Counts = [usize; LISTS];

/// What is done with each of the lists of two plans.
trait Each {
    fn list<T>(&mut self, index: usize, list: &mut Vec<T>, other: &mut Vec<T>);
}

fn each(plan: &mut Plan, other: &mut Plan, mut what: impl Each) {
    what.list(0, &mut plan.services, &mut other.services);
    what.list(1, &mut plan.gateways, &mut other.gateways);
    what.list(2, &mut plan.targets, &mut other.targets);
    what.list(3, &mut plan.probes, &mut other.probes);
    what.list(4, &mut plan.recordings, &mut other.recordings);
    what.list(5, &mut plan.alerts, &mut other.alerts);
    what.list(6, &mut plan.files, &mut other.files);
    what.list(7, &mut plan.waivers, &mut other.waivers);
}

/// How many gateways that is.
pub(super) fn gateways(counts: &Counts) -> usize {
    counts[1]
}

/// Puts what another plan has in the lists behind what is there, and takes it
/// from there; gives how much that was.
pub(super) fn append(plan: &mut Plan, other: &mut Plan) -> Counts {
    struct Append<'c>(&'c mut Counts);
    impl Each for Append<'_> {
        fn list<T>(&mut self, index: usize, list: &mut Vec<T>, other: &mut Vec<T>) {
            self.0[index] = other.len();
            match list.capacity() {
                0 => std::mem::swap(list, other),
                _ => list.append(other),
            }
        }
    }
    let mut counts = Counts::default();
    each(plan, other, Append(&mut counts));
    counts
}

/// Puts what another plan has in the lists in place of so much behind so much.
pub(super) fn replace(plan: &mut Plan, behind: &Counts, old: &Counts, new: &mut Plan) {
    struct Replace<'c>(&'c Counts, &'c Counts);
    impl Each for Replace<'_> {
        fn list<T>(&mut self, index: usize, list: &mut Vec<T>, other: &mut Vec<T>) {
            let start = self.0[index];
            list.splice(start..start + self.1[index], std::mem::take(other));
        }
    }
    each(plan, new, Replace(behind, old));
}

/// Takes so much away.
pub(super) fn subtract(counts: &mut Counts, less: &Counts) {
    counts.iter_mut().zip(less).for_each(|(count, less)| *count -= less);
}

/// How much all of these are.
pub(super) fn sum<'c>(counts: impl IntoIterator<Item = &'c Counts>) -> Counts {
    let mut sum = Counts::default();
    for one in counts {
        sum.iter_mut().zip(one).for_each(|(sum, one)| *sum += one);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_plan::Waiver;
    use laud_syntax::Span;

    fn plan(subjects: &[&str]) -> Plan {
        let waiver = |subject: &&str| Waiver {
            subject: (*subject).into(),
            what: String::new(),
            because: String::new(),
            origin: Span::default(),
        };
        Plan { waivers: subjects.iter().map(waiver).collect(), ..Plan::default() }
    }

    fn subjects(plan: &Plan) -> Vec<&str> {
        plan.waivers.iter().map(|waiver| waiver.subject.as_str()).collect()
    }

    #[test]
    fn lists_are_put_together_and_changed_in_place() {
        let mut all = Plan::default();
        let counts = [append(&mut all, &mut plan(&["a", "b"])), append(&mut all, &mut plan(&["c"]))];
        assert_eq!(subjects(&all), ["a", "b", "c"]);
        let (before, old) = (Counts::default(), counts[0]);
        replace(&mut all, &before, &old, &mut plan(&["x", "y", "z"]));
        assert_eq!(subjects(&all), ["x", "y", "z", "c"]);
        assert_eq!(sum(&counts)[7], 3);
    }
}
