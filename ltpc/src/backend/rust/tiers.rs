//! Tiers: the type that policies know, its capabilities and rates, and tests of what the schema says of them.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    context::{Context, Scope},
    names::{self, Item},
};
use crate::model::{Rate, Tier, Tiers, TiersId};
use crate::naming::snake_case;

/// How often a generated test counts at most; beyond, only the rate itself is compared.
const MOST_COUNTED: u32 = 1_000;

impl Context<'_> {
    /// A capability of tiers (an index), as a path.
    pub fn capability(&self, tiers: TiersId, capability: usize, scope: Scope) -> TokenStream {
        let (path, variant) = (
            self.path(Item::Capability(tiers), scope),
            capabilities(&self.model[tiers]).swap_remove(capability),
        );
        quote!(#path::#variant)
    }
}

/// What is said of each tier, in words.
pub fn words(tiers: &Tiers) -> Vec<String> {
    let words = |tier: &Tier| {
        let named = tier.may.iter().filter_map(|index| tiers.capabilities.get(*index));
        let named: Vec<String> = named.map(|capability| format!("`{}`", capability.name)).collect();
        let may = if named.is_empty() {
            String::new()
        } else {
            format!("May {}; ", named.join(", "))
        };
        let rate = match tier.rate {
            Some(rate) => format!("at most {} in {}", rate.limit, length(rate.window)),
            None => "without a limit".to_owned(),
        };
        let key = if tier.by_key { "; claimed by key" } else { "" };
        let text = format!("{may}{rate}{key}.");
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        first + letters.as_str()
    };
    tiers.levels.iter().map(words).collect()
}

/// A length of time as a schema writes it.
fn length(millis: u64) -> String {
    if millis.is_multiple_of(1_000) {
        format!("{} s", millis / 1_000)
    } else {
        format!("{millis} ms")
    }
}

/// The variants of the capabilities.
fn capabilities(tiers: &Tiers) -> Vec<Ident> {
    names::variant_names(tiers.capabilities.iter().map(|capability| capability.name.as_str()), false)
}

/// Everything of tiers beside the enums of their names and capabilities.
pub fn items(context: &Context<'_>, id: TiersId, scope: Scope) -> TokenStream {
    let tiers = &context.model[id];
    let code = Code::new(context, id, scope);
    let functions = code.functions(tiers);
    let compared = code.compared();
    let tiered = code.tiered(tiers);
    let tests = code.tests(tiers);
    quote!(#functions #tiered #compared #tests)
}

struct Code<'c, 'm> {
    context: &'c Context<'m>,
    id: TiersId,
    scope: Scope,
    ident: &'c Ident,
    names: Vec<Ident>,
}

impl<'c, 'm> Code<'c, 'm> {
    fn new(context: &'c Context<'m>, id: TiersId, scope: Scope) -> Self {
        let of = context.model[id].of;
        let declared = &context.model[of];
        Self {
            context,
            id,
            scope,
            ident: context.names.ident(Item::Enum(of)),
            names: names::variant_names(declared.variants.iter().map(|variant| variant.name.as_str()), declared.open),
        }
    }

    /// The pattern of a tier: what is not known is the last.
    fn pattern(&self, index: usize) -> TokenStream {
        let name = &self.names[index];
        if index + 1 == self.names.len() {
            quote!(Self::#name | Self::Other(_))
        } else {
            quote!(Self::#name)
        }
    }

    fn functions(&self, tiers: &Tiers) -> TokenStream {
        let (vis, runtime, option) = (self.context.vis(), self.context.runtime(), self.context.std("Option", self.scope));
        let count = Literal::usize_unsuffixed(self.names.len());
        let names = &self.names;
        let levels = names.iter().enumerate().map(|(index, _)| {
            let (pattern, level) = (self.pattern(index), Literal::usize_unsuffixed(index));
            quote!(#pattern => #level)
        });
        let rates = tiers.levels.iter().enumerate().map(|(index, tier)| {
            let (pattern, rate) = (self.pattern(index), self.rate(tier.rate));
            quote!(#pattern => #rate)
        });
        let may = (!tiers.capabilities.is_empty()).then(|| self.may(tiers));
        let any = self.context.generics(true, "'_");
        let ident = self.ident;
        quote! {
            impl #ident #any {
                /// All of them, the highest first.
                #vis const ALL: [Self; #count] = [#(Self::#names),*];

                /// Which it is: 0 for the highest. What is not known is the last.
                #[must_use]
                #vis const fn level(&self) -> usize {
                    match self { #(#levels),* }
                }

                #may

                /// How often its agents may be heard; `None`: without a limit.
                #[must_use]
                #vis const fn rate(&self) -> #option<#runtime::policy::Rate> {
                    match self { #(#rates),* }
                }
            }
        }
    }

    fn rate(&self, rate: Option<Rate>) -> TokenStream {
        let runtime = self.context.runtime();
        let Some(rate) = rate else { return quote!(None) };
        let (limit, window) = (Literal::u32_unsuffixed(rate.limit), Literal::u64_unsuffixed(rate.window));
        quote!(Some(#runtime::policy::Rate { limit: #limit, window: #window }))
    }

    fn may(&self, tiers: &Tiers) -> TokenStream {
        let vis = self.context.vis();
        let capability = self.context.path(Item::Capability(self.id), self.scope);
        let variants = capabilities(tiers);
        let arms = tiers.levels.iter().enumerate().map(|(index, tier)| {
            let pattern = self.pattern(index);
            let named = tier.may.iter().map(|index| &variants[*index]);
            let allowed = match tier.may.len() {
                0 => quote!(false),
                all if all == variants.len() => quote!(true),
                _ => quote!(matches!(capability, #(#capability::#named)|*)),
            };
            quote!(#pattern => #allowed)
        });
        let argument = match tiers
            .levels
            .iter()
            .any(|tier| !matches!(tier.may.len(), 0) && tier.may.len() != variants.len())
        {
            true => format_ident!("capability"),
            false => format_ident!("_capability"),
        };
        quote! {
            /// Whether its agents may do something.
            #[must_use]
            #vis const fn may(&self, #argument: #capability) -> bool {
                match self { #(#arms),* }
            }
        }
    }

    /// What policies are told of the tiers.
    fn tiered(&self, tiers: &Tiers) -> TokenStream {
        let (runtime, ident, names) = (self.context.runtime(), self.ident, &self.names);
        let variants = &self.context.model[tiers.of].variants;
        let declared = tiers.levels.iter().zip(variants).map(|(Tier { rate, by_key, .. }, variant)| {
            let (name, rate) = (&variant.name, self.rate(*rate));
            quote!(#runtime::policy::Tier { name: ::std::borrow::Cow::Borrowed(#name), rate: #rate, by_key: #by_key })
        });
        let any = self.context.generics(true, "'_");
        let (last, higher) = match names.split_last() {
            Some((last, higher)) => (quote!(Self::#last), higher),
            None => return TokenStream::new(),
        };
        let arms = higher.iter().enumerate().map(|(index, name)| {
            let level = Literal::usize_unsuffixed(index);
            quote!(#level => Self::#name,)
        });
        let of_level = if higher.is_empty() {
            quote!(fn of_level(_: usize) -> Self { #last })
        } else {
            quote!(fn of_level(level: usize) -> Self { match level { #(#arms)* _ => #last } })
        };
        quote! {
            impl #runtime::policy::Tiered for #ident #any {
                const TIERS: &'static [#runtime::policy::Tier] = &[#(#declared),*];

                fn level(&self) -> usize {
                    Self::level(self)
                }

                #of_level
            }
        }
    }

    /// Tiers compare by their levels, the highest as the greatest.
    fn compared(&self) -> TokenStream {
        let (ident, any, option) = (
            self.ident,
            self.context.generics(true, "'_"),
            self.context.std("Option", self.scope),
        );
        quote! {
            /// Equal are those of one level.
            impl PartialEq for #ident #any {
                fn eq(&self, other: &Self) -> bool {
                    self.level() == other.level()
                }
            }

            impl Eq for #ident #any {}

            impl ::core::hash::Hash for #ident #any {
                fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                    self.level().hash(state);
                }
            }

            impl PartialOrd for #ident #any {
                fn partial_cmp(&self, other: &Self) -> #option<::core::cmp::Ordering> {
                    Some(self.cmp(other))
                }
            }

            /// The highest is the greatest.
            impl Ord for #ident #any {
                fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                    other.level().cmp(&self.level())
                }
            }
        }
    }

    fn tests(&self, tiers: &Tiers) -> TokenStream {
        let (ident, runtime, names) = (self.ident, self.context.runtime(), &self.names);
        let Some(last) = names.last() else { return TokenStream::new() };
        let module = format_ident!("{}_tests", snake_case(&names::plain(ident)));
        let order = names.windows(2).map(|pair| {
            let (high, low) = (&pair[0], &pair[1]);
            quote!(assert!(#ident::#high > #ident::#low);)
        });
        let unknown = if self.context.options.owned_only {
            quote!(#ident::Other(String::from("?")))
        } else {
            quote!(#ident::Other("?".into()))
        };
        let may = (!tiers.capabilities.is_empty()).then(|| self.tests_of_capabilities(tiers));
        let rates = self.tests_of_rates(tiers);
        let grants = self.tests_of_grants(tiers);
        let rated = || tiers.levels.iter().filter_map(|tier| tier.rate);
        let meter = rated().any(|rate| rate.limit <= MOST_COUNTED).then(|| quote!(Meter,));
        let rate = rated().next().map(|_| quote!(Rate,));
        quote! {
            #[cfg(test)]
            mod #module {
                use super::*;
                use #runtime::policy::{Agent, Claim, Memory, #meter #rate Policy as _, Registry, Tiered as _};

                #[test]
                fn the_highest_is_the_greatest_and_what_is_not_known_the_last() {
                    #(#order)*
                    assert_eq!(#unknown, #ident::#last);
                    assert!(#ident::ALL.iter().enumerate().all(|(level, tier)| tier.level() == level && #ident::of_level(level) == *tier));
                }

                #may
                #rates
                #grants
            }
        }
    }

    fn tests_of_capabilities(&self, tiers: &Tiers) -> TokenStream {
        let (ident, names) = (self.ident, &self.names);
        let capability = self.context.path(Item::Capability(self.id), self.scope);
        let variants = capabilities(tiers);
        let cases = tiers.levels.iter().zip(names).map(|(tier, name)| {
            let may = tier.may.iter().map(|index| &variants[*index]);
            quote!((#ident::#name, vec![#(#capability::#may),*]))
        });
        quote! {
            #[test]
            fn each_tier_may_what_the_schema_says() {
                for (tier, may) in [#(#cases),*] {
                    for capability in #capability::ALL {
                        assert_eq!(tier.may(capability), may.contains(&capability), "{tier} {capability}");
                    }
                }
            }
        }
    }

    fn tests_of_rates(&self, tiers: &Tiers) -> TokenStream {
        let (ident, names) = (self.ident, &self.names);
        let rated = tiers.levels.iter().zip(names).filter_map(|(tier, name)| Some((name, tier.rate?)));
        let limited = rated.clone().filter(|(_, rate)| rate.limit <= MOST_COUNTED).map(|(name, rate)| {
            let rate = self.rate_of(rate);
            quote!((#ident::#name, #rate))
        });
        let limited: Vec<TokenStream> = limited.collect();
        let beyond = rated.filter(|(_, rate)| rate.limit > MOST_COUNTED).map(|(name, rate)| {
            let rate = self.rate_of(rate);
            quote!(assert_eq!(#ident::#name.rate(), Some(#rate));)
        });
        let free = tiers
            .levels
            .iter()
            .zip(names)
            .filter(|(tier, _)| tier.rate.is_none())
            .map(|(_, name)| quote!(assert_eq!(#ident::#name.rate(), None);));
        let counted = (!limited.is_empty()).then(|| {
            quote! {
                for (tier, rate) in [#(#limited),*] {
                    assert_eq!(tier.rate(), Some(rate));
                    let (mut policy, meter) = (Memory::default(), Meter { name: "test", last: 1 });
                    for _ in 0..rate.limit {
                        assert_eq!(policy.wait(meter, "agent", rate, 0), 0, "{tier}");
                        policy.count(meter, "agent", rate, 0);
                    }
                    assert_eq!(policy.wait(meter, "agent", rate, 0), rate.window, "{tier}");
                    assert_eq!(policy.wait(meter, "agent", rate, rate.window - 1), 1, "{tier}");
                    assert_eq!(policy.wait(meter, "agent", rate, rate.window), 0, "{tier}");
                }
            }
        });
        quote! {
            #[test]
            fn the_first_past_the_limit_waits_until_the_window_has_passed() {
                #(#free)*
                #(#beyond)*
                #counted
            }
        }
    }

    fn rate_of(&self, rate: Rate) -> TokenStream {
        let (limit, window) = (Literal::u32_unsuffixed(rate.limit), Literal::u64_unsuffixed(rate.window));
        quote!(Rate { limit: #limit, window: #window })
    }

    /// Every claim of an agent that nothing is known of, and of one that may be the highest, with its key and with another.
    fn tests_of_grants(&self, tiers: &Tiers) -> TokenStream {
        let (ident, names, any) = (self.ident, &self.names, self.context.generics(true, "'_"));
        let keyed = tiers.levels.iter().rposition(|tier| tier.by_key);
        let free = keyed.map_or(0, |keyed| keyed + 1).min(names.len().saturating_sub(1));
        let cases = names.iter().enumerate().map(|(level, claim)| {
            let granted = &names[level.max(free)];
            quote!((#ident::#claim, #ident::#granted))
        });
        let highest = self.context.model[tiers.of].variants.first().map_or("", |variant| &variant.name);
        quote! {
            #[test]
            fn a_claim_is_granted_no_higher_than_it_is_allowed() {
                let agent = Agent { tier: #highest.to_owned(), key: Some("right".to_owned()) };
                let mut policy = Memory::new(Registry::from_iter([("known".to_owned(), agent)]));
                let mut granted = |agent: &str, claim: &#ident #any, key: Option<&str>| {
                    let claim = Claim { agent, level: claim.level(), key };
                    #ident::of_level(policy.grant(#ident::TIERS, claim))
                };
                let cases = [#(#cases),*];
                for (claim, free) in cases {
                    assert_eq!(granted("known", &claim, Some("right")), claim);
                    assert_eq!(granted("known", &claim, Some("wrong")), free);
                    assert_eq!(granted("known", &claim, None), free);
                    assert_eq!(granted("unknown", &claim, Some("right")), free);
                }
            }
        }
    }
}
